package dev.conduit.vchan;

import static dev.conduit.vchan.LocalMachine.PATIENCE;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.zip.CRC32C;

/** What vchan_peer.c does between connecting and closing, on a channel of ours: both directions at once. */
public final class SeededTransfer {

    private static final int MAX_CHUNK = 65536;

    private final VchanChannel channel;
    private final Duration patience;

    SeededTransfer(VchanChannel channel) {
        this(channel, PATIENCE);
    }

    /**
     * A transfer that is not begun yet.
     *
     * @param channel open
     * @param patience longest wait of each read and write
     */
    public SeededTransfer(VchanChannel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
    }

    /**
     * Sends one stream, receives and checks another.
     *
     * @param sendBytes how much to send
     * @param sendSeed what
     * @param receiveBytes how much to receive
     * @param receiveSeed what it must be
     * @return the line the C program prints
     * @throws Exception when the channel fails
     * @throws AssertionError when a byte is wrong or missing
     */
    public String run(long sendBytes, long sendSeed, long receiveBytes, long receiveSeed) throws Exception {
        Background<Void> sender = Background.run(() -> send(sendBytes, sendSeed));
        long crc = receive(receiveBytes, receiveSeed);
        sender.get();
        return line(sendBytes, receiveBytes, crc);
    }

    /**
     * What a peer prints that received the stream of a seed.
     *
     * @param sent bytes it has sent
     * @param received bytes it has received
     * @param seed of what it received
     * @return the line
     */
    public static String expected(long sent, long received, long seed) {
        CRC32C crc = new CRC32C();
        SeededBytes stream = new SeededBytes(seed);
        ByteBuffer buffer = ByteBuffer.allocate(MAX_CHUNK);
        for (long at = 0; at < received; at += buffer.limit()) {
            stream.fill(buffer.clear().limit((int) Math.min(MAX_CHUNK, received - at)));
            crc.update(buffer.flip());
        }
        return line(sent, received, crc.getValue());
    }

    private static String line(long sent, long received, long crc) {
        return String.format("sent %d received %d crc %08x", sent, received, crc);
    }

    private Void send(long bytes, long seed) throws Exception {
        SeededBytes stream = new SeededBytes(seed);
        Random random = new Random(seed);
        ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_CHUNK);
        for (long at = 0; at < bytes; at += buffer.limit()) {
            stream.fill(buffer.clear().limit((int) Math.min(random.nextInt(MAX_CHUNK) + 1, bytes - at)));
            channel.write(buffer.flip(), patience);
        }
        return null;
    }

    private long receive(long bytes, long seed) throws Exception {
        SeededBytes stream = new SeededBytes(seed);
        Random random = new Random(seed);
        CRC32C crc = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_CHUNK);
        for (long at = 0; at < bytes; at += buffer.limit()) {
            int n = channel.read(buffer.clear().limit((int) Math.min(random.nextInt(MAX_CHUNK) + 1, bytes - at)),
                    patience);
            if (n < 0) {
                throw new AssertionError("the peer ended after " + at + " of " + bytes + " bytes");
            }
            crc.update(buffer.flip());
            stream.check(buffer.rewind());
        }
        return crc.getValue();
    }
}
