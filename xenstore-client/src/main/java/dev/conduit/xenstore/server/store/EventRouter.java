package dev.conduit.xenstore.server.store;

import java.util.Map;

/** Finds the watches a change concerns and fires those whose domain may know of it. */
final class EventRouter {

    private final WatchTrie watches = new WatchTrie();
    /** The longest rest any of the sinks of the current change asks for. */
    private long crowding;

    void add(Watch watch) {
        watches.add(watch);
    }

    void remove(Watch watch) {
        watches.remove(watch);
    }

    boolean unused() {
        return watches.empty();
    }

    /**
     * Fires for every node that differs. One event a changed node; for a removed subtree first the watches inside it,
     * each on its own path, then the root of it to everything above.
     *
     * @return nanoseconds that who made the changes should rest, as readers do not keep up; 0 for not at all
     */
    long fire(Workspace adopted) {
        crowding = 0;
        if (!watches.empty()) {
            fireChanges(adopted);
        }
        return crowding;
    }

    private void fireChanges(Workspace adopted) {
        for (Map.Entry<Path, Boolean> change : adopted.changed().entrySet()) {
            Path path = change.getKey();
            Node before = Lookup.find(adopted.base(), path);
            Node after = Lookup.find(adopted.root(), path);
            if (change.getValue() && before != null) {
                fireInside(path, adopted);
            }
            if (before != null || after != null) {
                fireAbove(path, before, after, adopted.root());
            }
        }
    }

    private void fireAbove(Path path, Node before, Node after, Node root) {
        Visibility visibility = new Visibility(path, before, after, root);
        watches.forEachAbove(path, watch -> {
            if (watch.reaches(path.depth() - watch.path().depth())
                    && visibility.to(watch.session().subject())) {
                fire(watch, path.text());
            }
        });
    }

    private void fire(Watch watch, String path) {
        watch.fire(path);
        crowding = Math.max(crowding, watch.session().sink().crowding());
    }

    private void fireInside(Path path, Workspace adopted) {
        watches.forEachBelow(path, watch -> {
            Node before = Lookup.find(adopted.base(), watch.path());
            if (before != null && Lookup.find(adopted.root(), watch.path()) == null
                    && new Visibility(watch.path(), before, null, adopted.base()).to(watch.session().subject())) {
                fire(watch, watch.path().text());
            }
        });
    }

    /** Fires an event of the server; a watch with a depth and one on the domain itself see which domain it is. */
    void fireSpecial(String name, int domain, Acl acl) {
        Path path = Path.absolute(name + "/" + domain);
        watches.forEachAbove(path, watch -> {
            if (acl.readable(watch.session().subject())) {
                boolean onDomain = watch.path().depth() == path.depth();
                watch.fire(onDomain || watch.limited() && watch.reaches(1) ? path.text() : name);
            }
        });
    }
}
