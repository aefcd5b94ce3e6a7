package dev.conduit.bench.xenstore;

import dev.conduit.xenstore.XenStoreClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The connections that measure a server: one of the library's client, one that pipelines. */
final class Probe implements AutoCloseable {

    static final String NODE = "/bench/node/value";
    static final String DIRECTORY = "/bench/directory";
    static final String CHILD = DIRECTORY + "/child-5";
    static final String NEW_CHILD = DIRECTORY + "/new";
    static final byte[] VALUE = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
    /** Requests that are sent before a reply is looked at. */
    static final int DEPTH = 100;
    private static final int FEW_CHILDREN = 10;

    private final RunningServer server;
    private final XenStoreClient client;
    private final RawConnection raw;

    /** Makes the nodes as well. */
    Probe(RunningServer server) throws IOException {
        this.server = server;
        client = server.client();
        raw = server.connect();
        client.write(NODE, VALUE);
        addChildren(0, FEW_CHILDREN);
    }

    RunningServer server() {
        return server;
    }

    XenStoreClient client() {
        return client;
    }

    void pipelineReads() throws IOException {
        for (int i = 0; i < DEPTH; i++) {
            raw.add(RawConnection.READ, 0, NODE + "\0");
        }
        raw.exchange(DEPTH);
    }

    void pipelineWrites() throws IOException {
        for (int i = 0; i < DEPTH; i++) {
            raw.add(RawConnection.WRITE, 0, NODE + "\0" + "0123456789abcdef");
        }
        raw.exchange(DEPTH);
    }

    /** Adds children to the directory. */
    void addChildren(int from, int to) throws IOException {
        for (int done = from; done < to; done += DEPTH) {
            int count = Math.min(DEPTH, to - done);
            for (int i = 0; i < count; i++) {
                raw.add(RawConnection.WRITE, 0, DIRECTORY + "/child-" + (done + i) + "\0");
            }
            raw.exchange(count);
        }
    }

    /** Lists the directory, which must have so many children; returns the milliseconds it took. */
    double measureListing(int children) throws IOException {
        long begin = System.nanoTime();
        int listed = client.list(DIRECTORY).size();
        double millis = (System.nanoTime() - begin) / 1e6;
        if (listed != children) {
            throw new IOException(server.kind().label() + " listed " + listed + " children, not " + children);
        }
        return millis;
    }

    @Override
    public void close() throws IOException {
        client.close();
        raw.close();
    }
}
