package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.wire.Features;
import java.util.ArrayList;
import java.util.List;

/** A node's permission list; nodes that inherited it share it. Immutable. */
public final class Acl {

    private final Permission[] entries;
    private final int guests;

    private Acl(Permission[] entries) {
        this.entries = entries;
        this.guests = countGuests(entries);
    }

    /**
     * Makes a list.
     *
     * @param entries at least one, the owner first
     * @return the list
     */
    public static Acl of(List<Permission> entries) {
        return new Acl(entries.toArray(Permission[]::new));
    }

    static Acl of(Permission... entries) {
        return new Acl(entries);
    }

    /**
     * Returns the entries, the owner first.
     *
     * @return at least one
     */
    public List<Permission> entries() {
        return List.of(entries);
    }

    int owner() {
        return entries[0].domain();
    }

    int size() {
        return entries.length;
    }

    int domain(int index) {
        return entries[index].domain();
    }

    /** Whether an id is that of a domain that may go, and then must leave nothing behind. */
    static boolean guest(int domain) {
        return domain != Subject.PRIVILEGED && domain != Features.ANY_DOMAIN;
    }

    /** How many entries name a domain that may go. */
    int guests() {
        return guests;
    }

    boolean names(int domain) {
        for (Permission entry : entries) {
            if (entry.domain() == domain) {
                return true;
            }
        }
        return false;
    }

    /** Whether every domain in another list is in this one. */
    boolean namesAllOf(Acl other) {
        for (Permission entry : other.entries) {
            if (!names(entry.domain())) {
                return false;
            }
        }
        return true;
    }

    /** Whether only the privileged domain is concerned when a node with this list goes. */
    boolean plain() {
        return guests == 0 && owner() == Subject.PRIVILEGED;
    }

    private static int countGuests(Permission[] entries) {
        int count = 0;
        for (Permission entry : entries) {
            if (guest(entry.domain())) {
                count++;
            }
        }
        return count;
    }

    boolean owned(Subject subject) {
        return subject.privileged() || subject.is(owner());
    }

    boolean readable(Subject subject) {
        return owned(subject) || accessOf(subject).readable();
    }

    boolean writable(Subject subject) {
        return owned(subject) || accessOf(subject).writable();
    }

    private Access accessOf(Subject subject) {
        for (int i = 1; i < entries.length; i++) {
            int domain = entries[i].domain();
            if (subject.is(domain) || domain == Features.ANY_DOMAIN) {
                return entries[i].access();
            }
        }
        return entries[0].access();
    }

    /** The list of a node this subject makes below one with this list. */
    Acl inheritedBy(Subject creator) {
        if (creator.privileged() || creator.domain() == owner()) {
            return this;
        }
        Permission[] inherited = entries.clone();
        inherited[0] = new Permission(entries[0].access(), creator.domain());
        return new Acl(inherited);
    }

    /** The list without one domain's entries; an owner is replaced by the privileged domain. */
    Acl without(int domain) {
        List<Permission> kept = new ArrayList<>(entries.length);
        kept.add(owner() == domain ? new Permission(Access.NONE, Subject.PRIVILEGED) : entries[0]);
        for (int i = 1; i < entries.length; i++) {
            if (entries[i].domain() != domain) {
                kept.add(entries[i]);
            }
        }
        return of(kept);
    }

    boolean sameAs(Acl other) {
        return this == other || entries().equals(other.entries());
    }
}
