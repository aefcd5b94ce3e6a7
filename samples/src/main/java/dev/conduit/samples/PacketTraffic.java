package dev.conduit.samples;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * The two ends of a service chain of {@link PacketFunction}s: numbered UDP packets, every hundredth to port 9.
 *
 * <pre>
 * PacketTraffic count NAME         takes one connection, prints how many packets came and checks their order
 * PacketTraffic send NAME COUNT    sends so many packets
 * </pre>
 */
public final class PacketTraffic {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int SIZE = 64;
    private static final int LIFE = 64;
    private static final int NUMBER = 28;

    private PacketTraffic() {}

    /**
     * Runs the sample.
     *
     * @param args see the class comment
     * @throws IOException when something fails
     */
    public static void main(String[] args) throws IOException {
        try (Conduit conduit = Conduit.open()) {
            if (args.length == 2 && args[0].equals("count")) {
                count(conduit, args[1]);
            } else if (args.length == 3 && args[0].equals("send")) {
                send(conduit, args[1], Long.parseLong(args[2]));
            } else {
                System.err.println("usage: PacketTraffic count NAME | PacketTraffic send NAME COUNT");
                System.exit(2);
            }
        }
    }

    private static void count(Conduit conduit, String name) throws IOException {
        try (ConduitServer server = conduit.listen(name)) {
            System.out.println("listening as " + name);
            try (ConduitConnection previous = server.accept()) {
                ByteBuffer packet = ByteBuffer.allocate(SIZE);
                long count = 0;
                long last = -1;
                while (previous.receive(packet.clear(), PATIENCE)) {
                    long number = packet.getLong(NUMBER);
                    if (number <= last || sum(packet) != 0xFFFF) {
                        throw new IOException("packet " + number + " after " + last + ", header sum " + sum(packet));
                    }
                    last = number;
                    count++;
                }
                System.out.println(count + " packets in order, " + (last + 1 - count) + " missing, the last passed "
                        + (LIFE - packet.get(8)) + " functions");
            }
        }
    }

    private static void send(Conduit conduit, String name, long count) throws IOException {
        try (ConduitConnection next = conduit.connect(name, PATIENCE)) {
            ByteBuffer packet = ByteBuffer.allocate(SIZE);
            packet.putInt(0x45000000 | SIZE).putInt(0).put((byte) LIFE).put((byte) 17).putShort((short) 0);
            packet.putInt(0x0A000001).putInt(0x0A000002);
            packet.putShort(10, (short) ~sum(packet));
            packet.putShort((short) 5000).putShort((short) 5000).putShort((short) (SIZE - 20)).putShort((short) 0);
            for (long number = 0; number < count; number++) {
                packet.putShort(22, (short) (number % 100 == 0 ? 9 : 5000)).putLong(NUMBER, number);
                next.send(packet.clear(), PATIENCE);
            }
            next.close(PATIENCE);
        }
    }

    /** The one's complement sum of the header, 0xFFFF with a right checksum in it (RFC 1071). */
    private static int sum(ByteBuffer packet) {
        int sum = 0;
        for (int at = 0; at < 20; at += 2) {
            sum += Short.toUnsignedInt(packet.getShort(at));
        }
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (sum & 0xFFFF) + (sum >> 16);
    }
}
