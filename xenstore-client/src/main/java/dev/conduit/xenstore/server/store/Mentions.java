package dev.conduit.xenstore.server.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Where a tree begins to name domains in its permissions, and what a change makes of that. A node begins to name a
 * domain when the node above does not; the others that name it lie below in a row. As nodes inherit permissions, a
 * domain is seldom named anew more than a few times, however large its trees.
 */
final class Mentions {

    /** A node that begins, or no longer begins, to name a domain. */
    record Change(String path, int domain, boolean begins) {
    }

    /** A node that names the domain asked for. */
    private record Named(Path path, Node node) {
    }

    private List<Change> changes = List.of();

    List<Change> changes() {
        return changes;
    }

    /** Notes a node that was made; the list above is null for the root of a tree. */
    void made(Supplier<String> path, Acl acl, Acl above) {
        changed(path, null, null, acl, above);
    }

    void removed(Supplier<String> path, Acl acl, Acl above) {
        changed(path, acl, above, null, null);
    }

    /** Notes other permissions of a node. */
    void replaced(Path path, Node node, Acl above, Acl after) {
        Acl before = node.acl();
        changed(path::text, before, above, after, above);
        if (!(before.namesAllOf(after) && after.namesAllOf(before))) {
            Children.forEach(node.children(), (name, child) ->
                    changed(() -> path.childText(name), child.acl(), before, child.acl(), after));
        }
    }

    private void changed(Supplier<String> path, Acl before, Acl aboveBefore, Acl after, Acl aboveAfter) {
        noteIn(before, path, before, aboveBefore, after, aboveAfter);
        if (after != before) {
            noteIn(after, path, before, aboveBefore, after, aboveAfter);
        }
    }

    /** For the domains of one list; one that is in both is noted once. */
    private void noteIn(Acl list, Supplier<String> path, Acl before, Acl aboveBefore, Acl after, Acl aboveAfter) {
        if (list == null || list.guests() == 0) {
            return;
        }
        for (int i = 0; i < list.size(); i++) {
            int domain = list.domain(i);
            boolean begins = begins(after, aboveAfter, domain);
            if (Acl.guest(domain) && begins != begins(before, aboveBefore, domain)) {
                note(new Change(path.get(), domain, begins));
            }
        }
    }

    private void note(Change change) {
        if (changes.isEmpty()) {
            changes = new ArrayList<>();
        }
        changes.add(change);
    }

    /** Whether a node with one list, or null for none, begins to name a domain below one with another. */
    static boolean begins(Acl acl, Acl above, int domain) {
        return acl != null && acl.names(domain) && (above == null || !above.names(domain));
    }

    /** All nodes that name a domain, a parent before its children, by those that begin to. */
    static SortedSet<String> all(Node root, Collection<String> beginning, int domain) {
        SortedSet<String> all = new TreeSet<>();
        Deque<Named> open = new ArrayDeque<>();
        for (String text : beginning) {
            Path path = Path.absolute(text);
            open.push(new Named(path, Lookup.find(root, path)));
        }
        while (!open.isEmpty()) {
            Named next = open.pop();
            all.add(next.path().text());
            Children.forEach(next.node().children(), (name, child) -> {
                if (child.acl().names(domain)) {
                    open.push(new Named(Path.absolute(next.path().childText(name)), child));
                }
            });
        }
        return all;
    }
}
