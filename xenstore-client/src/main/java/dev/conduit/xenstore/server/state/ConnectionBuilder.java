package dev.conduit.xenstore.server.state;

import dev.conduit.xenstore.server.store.SessionState;
import dev.conduit.xenstore.server.store.SessionState.Fate;
import dev.conduit.xenstore.server.store.SessionState.Step;
import dev.conduit.xenstore.server.store.SessionState.TransactionState;
import dev.conduit.xenstore.server.store.SessionState.WatchState;
import dev.conduit.xenstore.wire.Operation;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Puts a connection together from its records; begun by reading the first one. */
final class ConnectionBuilder {

    private final RecordReader in;
    private final int domain;
    private final int lastTransaction;
    private final ByteArrayOutputStream input = new ByteArrayOutputStream(0);
    private final ByteArrayOutputStream outputTail = new ByteArrayOutputStream(0);
    private final ByteArrayOutputStream output = new ByteArrayOutputStream(0);
    private final List<WatchState> watches = new ArrayList<>();
    private final List<TransactionState> transactions = new ArrayList<>();
    private List<Step> steps;

    ConnectionBuilder(RecordReader in) throws StateException {
        this.in = in;
        domain = in.get16();
        lastTransaction = in.get32();
    }

    void take(RecordType type) throws StateException {
        switch (type) {
            case INPUT -> input.writeBytes(in.getBytes());
            case OUTPUT_TAIL -> outputTail.writeBytes(in.getBytes());
            case OUTPUT -> output.writeBytes(in.getBytes());
            case WATCH -> watch();
            case TRANSACTION -> transaction();
            case STEP -> step();
            default -> throw in.problem("a record of type " + type + " is out of place");
        }
    }

    private void watch() throws StateException {
        String path = in.getText();
        String token = in.getText();
        int depth = in.get32();
        int relative = in.get8();
        if (depth < -1 || relative > 1) {
            throw in.problem("a watch of depth " + depth + " and kind " + relative);
        }
        watches.add(new WatchState(path, token, depth, relative == 1));
    }

    private void transaction() throws StateException {
        int id = in.get32();
        int fate = in.get8();
        if (id == 0 || fate >= Fate.values().length) {
            throw in.problem("transaction " + id + " of kind " + fate);
        }
        steps = new ArrayList<>();
        transactions.add(new TransactionState(id, Fate.values()[fate], steps));
    }

    private void step() throws StateException {
        Operation operation = Operation.of(in.get16());
        if (steps == null || operation == null) {
            throw in.problem("a step of no operation or no transaction");
        }
        steps.add(new Step(operation, in.getBytes()));
    }

    ServerState.Connection build() {
        return new ServerState.Connection(new SessionState(domain, lastTransaction, List.copyOf(watches),
                List.copyOf(transactions)), input.toByteArray(), outputTail.toByteArray(), output.toByteArray());
    }
}
