package dev.conduit.testbed.vchan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One vchan of the plan that both ends work through.
 *
 * @param number of the pairing in the plan
 * @param server the end that serves
 * @param serverProgram what it serves with
 * @param clientProgram what the other end connects with
 * @param rings sizes, and how much goes through each way
 */
record Pairing(int number, End server, Program serverProgram, Program clientProgram, Rings rings) {

    /** The two domains of a run. */
    enum End { A, B }

    /** Who speaks the protocol. */
    enum Program { JAVA, C }

    /** Sizes of the rings to and from the server. Small rings get less: each ring-full costs a switch of domains. */
    enum Rings {
        IN_PAGE(1024, 2048, 100_000),
        PAGE(4096, 4096, 300_000),
        PAGES(65536, 65536, 1_000_000),
        LARGEST(1 << 20, 1 << 20, 3_000_000);

        final int toServer;
        final int toClient;
        /** A few more the one way than the other, so that one direction ends first. */
        final long bytesToServer;
        final long bytesToClient;

        Rings(int toServer, int toClient, long bytes) {
            this.toServer = toServer;
            this.toClient = toClient;
            bytesToServer = bytes + 1;
            bytesToClient = bytes + bytes / 10;
        }
    }

    /** Every combination, in the same order at both ends. */
    static List<Pairing> plan() {
        List<Pairing> plan = new ArrayList<>();
        for (Rings rings : Rings.values()) {
            for (End server : End.values()) {
                for (Program serverProgram : Program.values()) {
                    for (Program clientProgram : Program.values()) {
                        plan.add(new Pairing(plan.size(), server, serverProgram, clientProgram, rings));
                    }
                }
            }
        }
        return plan;
    }

    /** The name of the test: {@code C server in A, JAVA client, PAGE}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s server in %s, %s client, %s", serverProgram, server, clientProgram, rings);
    }
}
