package dev.conduit.xenstore.server.store;

import java.util.Map;

/** Finds the watches a change concerns and fires those whose domain may know of it. */
final class EventRouter {

    private final WatchTrie watches = new WatchTrie();

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
     */
    void fire(Workspace adopted) {
        if (watches.empty()) {
            return;
        }
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
        watches.forEachAbove(path, watch -> {
            if (watch.reaches(path.depth() - watch.path().depth())
                    && mayKnow(watch.session().subject(), path, before, after, root)) {
                watch.fire(path.text());
            }
        });
    }

    private void fireInside(Path path, Workspace adopted) {
        watches.forEachBelow(path, (text, watch) -> {
            Node before = Lookup.find(adopted.base(), watch.path());
            if (before != null && Lookup.find(adopted.root(), watch.path()) == null
                    && mayKnow(watch.session().subject(), watch.path(), before, null, adopted.base())) {
                watch.fire(text);
            }
        });
    }

    /** Whoever could or can read the node, or can read the parent, may know that the node changed. */
    private static boolean mayKnow(Subject subject, Path path, Node before, Node after, Node root) {
        if (subject.privileged() || before != null && before.acl().readable(subject)
                || after != null && after.acl().readable(subject)) {
            return true;
        }
        Node parent = path.root() ? null : Lookup.find(root, path.parent());
        return parent != null && parent.acl().readable(subject);
    }

    /** Fires an event of the server; a watch with a depth and one on the domain itself see which domain it is. */
    void fireSpecial(String name, int domain, Acl acl) {
        Path path = Path.absolute(name + "/" + domain);
        watches.forEachAbove(path, watch -> {
            Subject subject = watch.session().subject();
            if (watch.reaches(path.depth() - watch.path().depth()) && acl.readable(subject)) {
                watch.fire(watch.limited() || watch.path().depth() == path.depth() ? path.text() : name);
            } else if (watch.limited() && watch.path().depth() < path.depth() && acl.readable(subject)) {
                watch.fire(name);
            }
        });
    }
}
