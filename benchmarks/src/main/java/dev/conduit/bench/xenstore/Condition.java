package dev.conduit.bench.xenstore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What weighs on a server while its requests are measured.
 *
 * @param label for tables
 * @param works what is measured with it and without it
 * @param load puts it on
 */
record Condition(String label, List<Work> works, Load load) {

    static final Condition ALONE = new Condition(Report.ALONE,
            List.of(Work.READ, Work.WRITE, Work.TRANSACTION, Work.READS_PIPELINED, Work.WRITES_PIPELINED),
            (probe, holdings) -> { });

    private static final List<Work> SINGLE = List.of(Work.READ, Work.WRITE, Work.TRANSACTION);
    private static final int WATCHERS = 10;
    /** Connections made before their replies are waited for: a server that polls them all takes long enough. */
    private static final int TOGETHER = 50;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** The server would take minutes to be loaded. */
    static final class TooSlowException extends IOException {

        private static final long serialVersionUID = 1L;

        TooSlowException(String message) {
            super(message);
        }
    }

    /** Puts load on a server. */
    @FunctionalInterface
    interface Load {

        /** Puts it on; the connections it needs are held open. */
        void apply(Probe probe, Holdings holdings) throws IOException;
    }

    /** Watches on nodes nobody touches, spread over some connections. */
    static Condition watches(int count) {
        return new Condition(count + " unrelated watches", SINGLE, (probe, holdings) -> {
            for (int watcher = 0; watcher < WATCHERS; watcher++) {
                RawConnection connection = holdings.add(probe.server().connect());
                for (int i = 0; i < count / WATCHERS; i++) {
                    connection.call(RawConnection.WATCH, 0,
                            "/unrelated/" + watcher + "/" + i + "\0token-" + i + "\0");
                }
            }
        });
    }

    /** Connections that hold a watch and do nothing. */
    static Condition idleConnections(int count) {
        return new Condition(count + " idle connections", SINGLE, (probe, holdings) -> {
            long begin = System.nanoTime();
            for (int done = 0; done < count; done += TOGETHER) {
                List<RawConnection> connections = new ArrayList<>();
                for (int i = done; i < Math.min(count, done + TOGETHER); i++) {
                    RawConnection connection = holdings.add(probe.server().connect());
                    connection.add(RawConnection.WATCH, 0, "/unrelated/" + i + "\0token\0");
                    connection.flush();
                    connections.add(connection);
                    if (System.nanoTime() - begin > LIMIT_NANOS) {
                        throw new TooSlowException(probe.server().kind().label() + " took "
                                + holdings.size() + " of " + count + " connections within "
                                + TimeUnit.NANOSECONDS.toSeconds(LIMIT_NANOS) + " s; not measured with them");
                    }
                }
                for (RawConnection connection : connections) {
                    connection.receive();
                }
            }
        });
    }

    /** A directory with many children, compared with one of few. */
    static Condition children(int count) {
        return new Condition("a directory of " + count + " children",
                List.of(Work.CHILD_WRITE, Work.CHILD_CREATE, Work.CHILD_TRANSACTION),
                (probe, holdings) -> probe.addChildren(0, count));
    }
}
