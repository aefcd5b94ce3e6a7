package dev.conduit.bench.xenstore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Thousands of domains on the embedded server, each connected with its own rights: a home of thirty nodes, five
 * watches, one transaction, all transactions open together. Says what each of these costs on the server's heap.
 */
final class ManyDomains {

    private static final int NODES = 30;
    private static final int WATCHES = 5;

    /**
     * What it cost, in bytes of the server's heap after a full collection.
     *
     * @param node a node of a home, with a value of ten bytes
     * @param connection a connection of a domain with its session
     * @param watch a watch on a node of its own
     * @param transaction an open transaction that read one node and wrote one
     * @param total all of the heap with everything in it
     * @param conflicts transactions that did not commit
     */
    record Cost(double node, double connection, double watch, double transaction, long total, int conflicts) {
    }

    private static final String VALUE = "0123456789";

    private final RunningServer server;
    private final int domains;
    private final Holdings holdings;
    private final List<RawConnection> connections = new ArrayList<>();

    /** @param holdings gets the domains' connections, so that they stay for what is measured next */
    ManyDomains(RunningServer server, int domains, Holdings holdings) {
        this.server = server;
        this.domains = domains;
        this.holdings = holdings;
    }

    Cost run() throws IOException {
        long empty = heap();
        buildHomes();
        long homes = heap();
        connect();
        long connected = heap();
        watch();
        long watched = heap();
        int[] transactions = begin();
        long begun = heap();
        int conflicts = commit(transactions);
        return new Cost((homes - empty) / (double) domains / (NODES + 1), (connected - homes) / (double) domains,
                (watched - connected) / (double) domains / WATCHES, (begun - watched) / (double) domains,
                begun, conflicts);
    }

    private long heap() throws IOException {
        return Long.parseLong(server.ask("heap"));
    }

    private static String home(int domain) {
        return "/local/domain/" + domain;
    }

    /** As a toolstack does: the nodes first, each then given to its domain by inheriting from the home. */
    private void buildHomes() throws IOException {
        try (RawConnection toolstack = server.connect()) {
            for (int domain = 1; domain <= domains; domain++) {
                toolstack.add(RawConnection.WRITE, 0, home(domain) + "\0");
                toolstack.add(RawConnection.SET_PERMS, 0, home(domain) + "\0n" + domain + "\0");
                for (int node = 0; node < NODES; node++) {
                    toolstack.add(RawConnection.WRITE, 0, home(domain) + "/node-" + node + "\0" + VALUE);
                }
                toolstack.exchange(NODES + 2);
            }
        }
    }

    private void connect() throws IOException {
        for (int domain = 1; domain <= domains; domain++) {
            Path socket = server.socket().resolveSibling("dom" + domain);
            server.ask("listen " + domain + " " + socket);
            RawConnection connection = holdings.add(RawConnection.open(socket));
            connection.call(RawConnection.READ, 0, "node-0\0");
            connections.add(connection);
            // Accepted, it outlives the listening socket; thousands of those would need descriptors as well.
            server.ask("unlisten " + socket);
        }
    }

    private void watch() throws IOException {
        for (RawConnection connection : connections) {
            for (int watch = 0; watch < WATCHES; watch++) {
                connection.add(RawConnection.WATCH, 0, "node-" + watch + "\0token\0");
            }
            connection.exchange(WATCHES);
        }
    }

    private int[] begin() throws IOException {
        int[] transactions = new int[domains];
        for (int i = 0; i < domains; i++) {
            RawConnection connection = connections.get(i);
            transactions[i] = Integer.parseInt(connection.call(RawConnection.TRANSACTION_START, 0, "\0"));
            connection.call(RawConnection.READ, transactions[i], "node-7\0");
            connection.call(RawConnection.WRITE, transactions[i], "node-8\0" + VALUE);
        }
        return transactions;
    }

    private int commit(int[] transactions) throws IOException {
        int conflicts = 0;
        for (int i = 0; i < domains; i++) {
            RawConnection connection = connections.get(i);
            connection.add(RawConnection.TRANSACTION_END, transactions[i], "T\0");
            connection.flush();
            conflicts += connection.receive().error() ? 1 : 0;
        }
        return conflicts;
    }
}
