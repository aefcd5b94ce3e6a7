package dev.conduit.xenstore.server.store;

/** A registered watch: whose, on what, and how its events spell the path. */
final class Watch {

    /** Depth of a watch on everything below. */
    static final int UNLIMITED = -1;

    /** What makes a watch unique in its session. */
    record Key(Path path, String token) {
    }

    private final Session session;
    private final Key key;
    private final int depth;
    /** Characters to leave out at the front of event paths: the home, when the client gave a relative path. */
    private final int prefix;

    Watch(Session session, Key key, int depth, boolean relative) {
        this.session = session;
        this.key = key;
        this.depth = depth;
        this.prefix = relative ? Path.home(session.domain()).length() + 1 : 0;
    }

    Session session() {
        return session;
    }

    Key key() {
        return key;
    }

    Path path() {
        return key.path();
    }

    boolean reaches(int levelsBelow) {
        return depth == UNLIMITED || levelsBelow <= depth;
    }

    boolean limited() {
        return depth != UNLIMITED;
    }

    SessionState.WatchState state() {
        return new SessionState.WatchState(key.path().text(), key.token(), depth, prefix > 0);
    }

    void fire(String path) {
        session.sink().event(path.substring(prefix), key.token());
    }
}
