package dev.conduit.xenstore.server.state;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.server.store.EventSink;
import dev.conduit.xenstore.server.store.Limits;
import dev.conduit.xenstore.server.store.Limits.Kind;
import dev.conduit.xenstore.server.store.Session;
import dev.conduit.xenstore.server.store.SessionState;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.server.store.StoreState;
import dev.conduit.xenstore.server.store.StoreError;
import dev.conduit.xenstore.server.store.TreeWalk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** Stores to save, and states as text to compare them. */
final class StateFixture {

    static final Limits LIMITS = Limits.standard();

    private StateFixture() {
    }

    /** Drops what it is told. */
    static EventSink deaf() {
        return new EventSink() {
            @Override
            public void event(String path, String token) {
            }

            @Override
            public void released() {
            }
        };
    }

    static void write(Store store, Session session, int transaction, String path, String value) throws StoreError {
        store.write(session, transaction, store.path(session, path), value.getBytes());
    }

    static void permit(Store store, Session session, String path, String... entries) throws StoreError {
        store.setPermissions(session, 0, store.path(session, path),
                Arrays.stream(entries).map(Permission::parse).toList());
    }

    /** A little of everything that is saved. */
    static Store small() throws StoreError {
        Store store = new Store(LIMITS);
        Session admin = store.open(0, deaf());
        store.domains().introduce(5);
        store.domains().introduce(7);
        store.domains().setTarget(7, 5);
        store.domains().shutDown(7);
        store.domains().setLimits(LIMITS.with(Kind.WATCHES, 99));
        store.domains().setLimits(5, LIMITS.with(Kind.NODES, 55));
        store.domains().setFeatures(9, 1);
        write(store, admin, 0, "/local/domain/5/name", "guest");
        permit(store, admin, "/local/domain/5", "n5", "r7");
        permit(store, admin, "/local/domain/5/name", "n5");
        permit(store, admin, "@introduceDomain", "n0", "r5");
        write(store, admin, 0, "/value", "with\0zero\u00e9");
        return store;
    }

    /** A tree of some hundred nodes. */
    static Store large(Random random) throws StoreError {
        Store store = small();
        Session admin = store.open(0, deaf());
        for (int i = 0; i < 300; i++) {
            String path = "/d" + random.nextInt(9) + "/e" + random.nextInt(9) + "/f" + random.nextInt(20);
            write(store, admin, 0, path, "x".repeat(random.nextInt(200)));
            if (random.nextInt(4) == 0) {
                permit(store, admin, path, "n" + random.nextInt(50), "r" + random.nextInt(50));
            }
            if (random.nextInt(20) == 0) {
                store.remove(admin, 0, store.path(admin, path));
            }
        }
        return store;
    }

    static ServerState onDisk(Store store) {
        return new ServerState(store.state(), List.of(), List.of());
    }

    static byte[] bytes(ServerState state) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StateWriter.write(state, out);
        return out.toByteArray();
    }

    static ServerState read(byte[] bytes) throws IOException {
        return StateReader.readFile(new ByteArrayInputStream(bytes));
    }

    /** Everything in it, one line a thing. */
    static String text(ServerState state) {
        StoreState store = state.store();
        StringBuilder text = new StringBuilder("generation " + store.generation() + "\n");
        TreeWalk.walk(store.root(), (depth, name, node) -> text.append(depth).append(' ').append(name).append(' ')
                .append(node.generation()).append(' ').append(node.acl().entries()).append(' ')
                .append(Arrays.toString(node.value())).append('\n'));
        text.append(new TreeMap<>(store.specials())).append('\n').append(store.limits()).append(store.domains())
                .append('\n')
                .append(state.listeners()).append('\n');
        for (ServerState.Connection connection : state.connections()) {
            SessionState session = connection.session();
            text.append(session.domain()).append(' ').append(session.lastTransaction()).append(' ')
                    .append(session.watches()).append(Arrays.toString(connection.input()))
                    .append(Arrays.toString(connection.outputTail())).append(Arrays.toString(connection.output()));
            for (SessionState.TransactionState transaction : session.transactions()) {
                text.append(transaction.id()).append(transaction.fate());
                transaction.steps().forEach(step ->
                        text.append(step.operation()).append(Arrays.toString(step.payload())));
            }
            text.append('\n');
        }
        return text.toString();
    }
}
