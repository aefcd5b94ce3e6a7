package dev.conduit.xenstore.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.wire.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A store and short ways to use it; errors come back as text, so that a test reads like a conversation. */
final class StoreFixture {

    /** A connection that notes its events. */
    final class Client implements EventSink {

        private final List<String> events = new ArrayList<>();
        private final Session session;
        private boolean released;

        private Client(int domain) {
            session = store.open(domain, this);
        }

        Session session() {
            return session;
        }

        boolean wasReleased() {
            return released;
        }

        void close() {
            store.close(session);
        }

        @Override
        public void event(String path, String token) {
            events.add(token + ":" + path);
        }

        @Override
        public void released() {
            released = true;
        }

        /** The events since the last look. */
        List<String> events() {
            List<String> seen = List.copyOf(events);
            events.clear();
            return seen;
        }

        String read(int tx, String path) {
            return answer(() -> new String(store.read(session, tx, path(path)).value(), StandardCharsets.UTF_8));
        }

        String read(String path) {
            return read(0, path);
        }

        String list(int tx, String path) {
            return answer(() -> {
                Children children = store.list(session, tx, path(path)).children();
                byte[] names = Children.encode(children, 0, Children.nameBytes(children));
                return String.join(" ", Payload.split(names));
            });
        }

        String list(String path) {
            return list(0, path);
        }

        String perms(int tx, String path) {
            return answer(() -> store.permissions(session, tx, path(path)).stream().map(Permission::toString)
                    .collect(Collectors.joining(" ")));
        }

        String perms(String path) {
            return perms(0, path);
        }

        String write(int tx, String path, String value) {
            return done(() -> store.write(session, tx, path(path), value.getBytes(StandardCharsets.UTF_8)));
        }

        String write(String path, String value) {
            return write(0, path, value);
        }

        String mkdir(int tx, String path) {
            return done(() -> store.makeNode(session, tx, path(path)));
        }

        String mkdir(String path) {
            return mkdir(0, path);
        }

        String rm(int tx, String path) {
            return done(() -> store.remove(session, tx, path(path)));
        }

        String rm(String path) {
            return rm(0, path);
        }

        String chmod(int tx, String path, String... entries) {
            return done(() -> store.setPermissions(session, tx, path(path),
                    Arrays.stream(entries).map(Permission::parse).toList()));
        }

        String chmod(String path, String... entries) {
            return chmod(0, path, entries);
        }

        String watch(String path, String token, int depth) {
            return done(() -> store.watch(session, path(path), path.charAt(0) != '/' && path.charAt(0) != '@', token,
                    depth));
        }

        String watch(String path, String token) {
            return watch(path, token, -1);
        }

        String unwatch(String path, String token) {
            return done(() -> store.unwatch(session, path(path), token));
        }

        int begin() {
            String id = answer(() -> Integer.toString(store.startTransaction(session)));
            assertThat(id).matches("[0-9]+");
            return Integer.parseInt(id);
        }

        String tryBegin() {
            return done(() -> store.startTransaction(session));
        }

        String end(int tx, boolean commit) {
            return done(() -> store.endTransaction(session, tx, commit));
        }

        String commit(int tx) {
            return end(tx, true);
        }

        private Path path(String given) throws StoreError {
            return store.path(session, given);
        }
    }

    private interface Question {
        String ask() throws StoreError;
    }

    private interface Action {
        void run() throws StoreError;
    }

    private final Store store;
    private final Client dom0;
    private long nanos;

    StoreFixture() {
        this(Limits.standard());
    }

    StoreFixture(Limits limits) {
        store = new Store(limits, () -> nanos);
        dom0 = connect(0);
    }

    Store store() {
        return store;
    }

    Client dom0() {
        return dom0;
    }

    Client connect(int domain) {
        return new Client(domain);
    }

    /** A guest with a directory {@code /g<domain>} of its own. */
    Client guest(int domain) {
        store.domains().introduce(domain);
        dom0.mkdir("/g" + domain);
        dom0.chmod("/g" + domain, "n" + domain);
        return connect(domain);
    }

    private static String answer(Question question) {
        try {
            return question.ask();
        } catch (StoreError error) {
            return error.code().name();
        }
    }

    private static String done(Action action) {
        return answer(() -> {
            action.run();
            return "OK";
        });
    }

    /** Time goes by. */
    void pass(long moreNanos) {
        nanos += moreNanos;
    }

    /** Every count is right. */
    void check() {
        assertThat(store.consistent()).as("accounts agree with tree and sessions").isTrue();
    }
}
