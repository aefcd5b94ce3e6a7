package dev.conduit.bench.xenstore;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Domain 0 and an honest guest at their work, each call checked and timed. */
final class Bystanders implements AutoCloseable {

    private static final String GUESTS_NODE = "/honest";
    private static final String DOMAIN_0_NODE = "/domain-0";
    private static final int CALLS_A_TRANSACTION = 10;

    /**
     * How long calls took.
     *
     * @param calls reads and writes of both, nanoseconds, sorted
     * @param transactions of domain 0 that read what the hostile guest may write, with their repetitions
     */
    record Times(long[] calls, long[] transactions) {

        /** @param sorted not empty */
        static double micros(long[] sorted, int percent) {
            return sorted[(int) Math.min(sorted.length - 1, (long) sorted.length * percent / 100)] / 1e3;
        }
    }

    private final XenStoreClient domain0;
    private final XenStoreClient guest;
    private int number;

    /** Makes the nodes, those of the hostile guest too. */
    Bystanders(Path domain0Socket, Path guestSocket, int hostile, int honest) throws IOException {
        domain0 = XenStoreClients.connect(domain0Socket);
        guest = XenStoreClients.connect(guestSocket);
        own(Abuse.OWN, new Permission(Access.NONE, hostile));
        own(GUESTS_NODE, new Permission(Access.NONE, honest));
        domain0.write(Abuse.COUNTER, "");
        own(Abuse.SHARED, new Permission(Access.BOTH, 0));
        own(Abuse.COUNTER, new Permission(Access.BOTH, 0));
    }

    private void own(String path, Permission permission) throws IOException {
        domain0.mkdir(path);
        domain0.setPermissions(path, List.of(permission));
    }

    XenStoreClient domain0() {
        return domain0;
    }

    /** Works for so long. */
    Times work(long nanos) throws IOException {
        LongStream.Builder calls = LongStream.builder();
        LongStream.Builder transactions = LongStream.builder();
        for (long begin = System.nanoTime(); System.nanoTime() - begin < nanos;) {
            for (int i = 0; i < CALLS_A_TRANSACTION; i++) {
                readAndWrite(domain0, DOMAIN_0_NODE, calls);
                readAndWrite(guest, GUESTS_NODE, calls);
            }
            long start = System.nanoTime();
            domain0.transaction(tx -> {
                tx.write(DOMAIN_0_NODE + "/seen", tx.read(Abuse.COUNTER));
                return null;
            });
            transactions.add(System.nanoTime() - start);
        }
        return new Times(calls.build().sorted().toArray(), transactions.build().sorted().toArray());
    }

    private void readAndWrite(XenStoreClient client, String path, LongStream.Builder times) throws IOException {
        byte[] value = Integer.toString(++number).getBytes(StandardCharsets.ISO_8859_1);
        long start = System.nanoTime();
        client.write(path, value);
        long written = System.nanoTime();
        byte[] read = client.read(path);
        times.add(written - start).add(System.nanoTime() - written);
        if (!Arrays.equals(read, value)) {
            throw new IOException("wrote " + number + " to " + path + " and read another value");
        }
    }

    @Override
    public void close() {
        domain0.close();
        guest.close();
    }
}
