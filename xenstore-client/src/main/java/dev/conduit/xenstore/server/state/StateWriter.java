package dev.conduit.xenstore.server.state;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.server.store.Acl;
import dev.conduit.xenstore.server.store.Limits;
import dev.conduit.xenstore.server.store.SessionState;
import dev.conduit.xenstore.server.store.StoreState;
import dev.conduit.xenstore.server.store.TreeWalk;
import java.io.IOException;
import java.io.OutputStream;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Writes a state. */
public final class StateWriter {

    private final RecordWriter out;
    private final Map<Acl, Integer> acls = new IdentityHashMap<>();

    private StateWriter(RecordWriter out) {
        this.out = out;
    }

    /**
     * Writes all of it. Takes time with the number of nodes; the store it was taken from may change meanwhile.
     *
     * @param state what
     * @param out where to, better buffered; flushed, not closed
     * @throws IOException by the stream
     */
    public static void write(ServerState state, OutputStream out) throws IOException {
        StateWriter writer = new StateWriter(new RecordWriter(out));
        writer.store(state.store());
        for (ServerState.Listener listener : state.listeners()) {
            writer.out.put32(listener.domain()).putText(listener.file()).end(RecordType.LISTENER);
        }
        for (ServerState.Connection connection : state.connections()) {
            writer.connection(connection);
        }
        writer.out.finish();
    }

    private void store(StoreState store) throws IOException {
        out.put64(store.generation()).end(RecordType.STORE);
        TreeWalk.walk(store.root(), (depth, name, node) -> {
            int acl = number(node.acl());
            out.put16(depth).put32(acl).put64(node.generation()).putText(name).putBytes(node.value())
                    .end(RecordType.NODE);
        });
        for (Map.Entry<String, List<Permission>> special : store.specials().entrySet()) {
            out.putText(special.getKey());
            permissions(special.getValue());
            out.end(RecordType.SPECIAL);
        }
        limits(store.limits());
        for (StoreState.DomainState domain : store.domains()) {
            out.put16(domain.domain()).put8(domain.introduced() ? 1 : 0).put8(domain.shutDown() ? 1 : 0)
                    .put32(domain.target()).put32(domain.features()).end(RecordType.DOMAIN);
            limits(domain.limits());
        }
    }

    private void limits(Map<Limits.Kind, Integer> limits) throws IOException {
        for (Map.Entry<Limits.Kind, Integer> limit : limits.entrySet()) {
            out.put32(limit.getValue()).putText(limit.getKey().key()).end(RecordType.LIMIT);
        }
    }

    /** Lists that nodes share are written once. */
    private int number(Acl acl) throws IOException {
        Integer known = acls.get(acl);
        if (known == null) {
            permissions(acl.entries());
            out.end(RecordType.PERMISSIONS);
            known = acls.size();
            acls.put(acl, known);
        }
        return known;
    }

    private void permissions(List<Permission> entries) {
        for (Permission entry : entries) {
            out.put8(entry.access().letter()).put16(entry.domain());
        }
    }

    private void connection(ServerState.Connection connection) throws IOException {
        SessionState session = connection.session();
        out.put16(session.domain()).put32(session.lastTransaction()).end(RecordType.CONNECTION);
        out.chunks(RecordType.INPUT, connection.input());
        out.chunks(RecordType.OUTPUT_TAIL, connection.outputTail());
        out.chunks(RecordType.OUTPUT, connection.output());
        for (SessionState.WatchState watch : session.watches()) {
            out.putText(watch.path()).putText(watch.token()).put32(watch.depth()).put8(watch.relative() ? 1 : 0)
                    .end(RecordType.WATCH);
        }
        for (SessionState.TransactionState transaction : session.transactions()) {
            out.put32(transaction.id()).put8(transaction.fate().ordinal()).end(RecordType.TRANSACTION);
            for (SessionState.Step step : transaction.steps()) {
                out.put16(step.operation().code()).putBytes(step.payload()).end(RecordType.STEP);
            }
        }
    }
}
