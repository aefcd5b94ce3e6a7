package dev.conduit.bench.xenstore;

import java.io.IOException;

/** Removes a subtree by one request. */
final class SubtreeRemoval {

    private static final int WIDTH = 100;

    private SubtreeRemoval() {}

    /** Makes as many nodes, in folders of a hundred, and returns the milliseconds their removal took. */
    static double measure(RunningServer server, int nodes) throws IOException {
        try (RawConnection connection = server.connect()) {
            for (int made = 0; made < nodes; made += WIDTH) {
                for (int i = 0; i < WIDTH; i++) {
                    connection.add(RawConnection.WRITE, 0, "/subtree/" + made + "/" + i + "\0value");
                }
                connection.exchange(WIDTH);
            }
            long begin = System.nanoTime();
            connection.call(RawConnection.RM, 0, "/subtree\0");
            return (System.nanoTime() - begin) / 1e6;
        }
    }
}
