package dev.conduit.samples;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.rendezvous.ConnectOptions;
import dev.conduit.vchan.FlushPolicy;
import dev.conduit.vchan.VchanOptions;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * One function of a service chain: takes IPv4 packets off one conduit, drops those to a port, counts down the time to
 * live of the others and passes them on over the next conduit.
 *
 * <pre>
 * PacketFunction NAME NEXT PORT    takes one connection as NAME, passes on to NEXT, which listens already
 * </pre>
 *
 * <p>Packets follow each other directly; each says how long it is. A packet is copied once, from ring to ring, and
 * looked at behind the copy, where its sender can no longer change it. Dropped is what is not committed.
 */
public final class PacketFunction {

    private static final Duration PATIENCE = Duration.ofDays(1);
    private static final int HEADER = 20;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private PacketFunction() {}

    /**
     * Runs the sample.
     *
     * @param args see the class comment
     * @throws IOException when something fails
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("usage: PacketFunction NAME NEXT PORT");
            System.exit(2);
        }
        // Small packets go on together, unless there is nothing more to wait for.
        ConnectOptions batched = ConnectOptions.defaults()
                .withChannel(VchanOptions.defaults().withFlush(FlushPolicy.batched(8192)));
        try (Conduit conduit = Conduit.open();
                ConduitConnection next = conduit.connect(args[1], PATIENCE, batched);
                ConduitServer server = conduit.listen(args[0])) {
            System.out.println("listening as " + args[0]);
            try (ConduitConnection previous = server.accept()) {
                run(previous, next, Integer.parseInt(args[2]));
                next.close(PATIENCE);
            }
        }
    }

    private static void run(ConduitConnection previous, ConduitConnection next, int port) throws IOException {
        while (true) {
            if (previous.available() == 0) {
                next.flush();
            }
            ByteBuffer in = previous.peek(HEADER, PATIENCE);
            if (in == null) {
                return;
            }
            int length = Short.toUnsignedInt(in.order(ByteOrder.BIG_ENDIAN).getShort(in.position() + 2));
            if (length < HEADER) {
                throw new IOException("packet of " + length + " bytes is shorter than its IPv4 header of " + HEADER);
            }
            in = in.remaining() < length ? previous.peek(length, PATIENCE) : in;
            if (in == null) {
                throw new EOFException("the last packet is shorter than its " + length + " bytes");
            }
            ByteBuffer out = next.reserve(length, PATIENCE).order(ByteOrder.BIG_ENDIAN);
            out.put(out.position(), in, in.position(), length);
            previous.release(length);
            next.commit(passes(out, out.position(), length, port) ? length : 0);
        }
    }

    private static boolean passes(ByteBuffer packet, int at, int length, int port) {
        int header = 4 * (packet.get(at) & 0xF);
        int lifeAndProtocol = Short.toUnsignedInt(packet.getShort(at + 8));
        int protocol = lifeAndProtocol & 0xFF;
        if (packet.get(at) >> 4 != 4 || header < HEADER || length < header + 4 || lifeAndProtocol < 0x200
                || packet.getShort(at + 2) != (short) length
                || (protocol == UDP || protocol == TCP) && packet.getShort(at + header + 2) == (short) port) {
            return false;
        }
        packet.put(at + 8, (byte) ((lifeAndProtocol >> 8) - 1));
        // A word that is less by 0x100 makes the checksum more by that, with the carry at the low end (RFC 1624).
        int sum = Short.toUnsignedInt(packet.getShort(at + 10)) + 0x100;
        packet.putShort(at + 10, (short) (sum < 0xFFFF ? sum : sum + 1));
        return true;
    }
}
