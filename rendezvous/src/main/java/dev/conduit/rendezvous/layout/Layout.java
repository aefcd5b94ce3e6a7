package dev.conduit.rendezvous.layout;

import dev.conduit.core.DomainId;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Paths and permissions of the layout; docs/rendezvous.md shows it as a picture.
 *
 * <p>Two facts of XenStore carry it (xenstored_core.c, "Inherit permissions, except unprivileged domains own what they
 * create"): a new node has its parent's list with the creator as owner, and only dom0 can change an owner. So the owner
 * of a node is who made it, whatever the node says. Under oxenstored the parent's owner stays the owner; there the tree is
 * closed, and dom0's steward makes for each domain what it asks for.
 */
public final class Layout {

    /** The root of everything. */
    public static final String ROOT = "/conduit";
    /** The folder of flow records. */
    public static final String FLOWS = ROOT + "/" + ConduitNames.FLOWS;

    /** Below a domain's home: what it asks the steward in dom0 for. */
    public static final String ASKS = "/data/conduit-ask";
    /** Below a vchan's path: the grant reference of its control page. */
    public static final String RING_REF = "ring-ref";
    /** Below a vchan's path: the server's port. */
    public static final String EVENT_CHANNEL = "event-channel";

    private static final Set<String> PARTS = Set.of("listen", "established", "members", "tcpv4", "tcpv6");

    private Layout() {}

    /**
     * Tells whether a word names a node below a server's name that has a meaning there.
     *
     * @param word a name
     * @return true for {@code listen} and the like
     */
    public static boolean isPartOfServer(String word) {
        return PARTS.contains(word);
    }

    /**
     * Returns the node that says who has a name.
     *
     * @param name a checked name
     * @return the path
     */
    public static String name(String name) {
        return ROOT + "/" + name;
    }

    /**
     * Returns the folder in which clients queue.
     *
     * @param name the server's name
     * @return the path
     */
    public static String listen(String name) {
        return name(name) + "/listen";
    }

    /**
     * Returns a queue entry.
     *
     * @param name the server's name
     * @param connection the connection's name
     * @return the path
     */
    public static String listen(String name, String connection) {
        return listen(name) + "/" + connection;
    }

    /**
     * Returns the folder of established connections.
     *
     * @param name the server's name
     * @return the path
     */
    public static String established(String name) {
        return name(name) + "/established";
    }

    /**
     * Returns the folder of one client's established connections.
     *
     * @param name the server's name
     * @param peer the client's name
     * @return the path
     */
    public static String established(String name, String peer) {
        return established(name) + "/" + peer;
    }

    /**
     * Returns an established connection.
     *
     * @param name the server's name
     * @param peer the client's name
     * @param connection the connection's name
     * @return the path
     */
    public static String established(String name, String peer, String connection) {
        return established(name, peer) + "/" + connection;
    }

    /**
     * Returns the folder of those who serve under a shared name.
     *
     * @param name the shared name
     * @return the path
     */
    public static String members(String name) {
        return name(name) + "/members";
    }

    /**
     * Returns the node by which one server takes part in a shared name.
     *
     * @param name the shared name
     * @param member the server's own name
     * @return the path
     */
    public static String member(String name, String member) {
        return members(name) + "/" + member;
    }

    /**
     * Returns the folder in which one client of the older Mirage layout asks.
     *
     * @param name the server's name
     * @param client the client's name
     * @return the path
     */
    public static String mirage(String name, String client) {
        return name(name) + "/" + client;
    }

    /**
     * Returns a request of the older Mirage layout.
     *
     * @param name the server's name
     * @param client the client's name
     * @param port the port it asks for
     * @return the path
     */
    public static String mirage(String name, String client, String port) {
        return mirage(name, client) + "/" + port;
    }

    /**
     * Returns a flow record.
     *
     * @param flow the flow's id
     * @return the path
     */
    public static String flow(String flow) {
        return FLOWS + "/" + flow;
    }

    /**
     * Returns the folder of a server's vchans: libxenvchan's own convention.
     *
     * @param server the server
     * @return the path
     */
    public static String vchans(DomainId server) {
        return "/local/domain/" + server + "/data/vchan";
    }

    /**
     * Returns the folder of a server's vchans for one client.
     *
     * @param server the server
     * @param client the client
     * @return the path
     */
    public static String vchans(DomainId server, DomainId client) {
        return vchans(server) + "/" + client;
    }

    /**
     * Returns where a vchan is published: at most 49 bytes, which is what libxenvchan's buffers hold.
     *
     * @param server the server
     * @param client the client
     * @param connection the connection's name
     * @return the path
     */
    public static String vchan(DomainId server, DomainId client, String connection) {
        return vchans(server, client) + "/" + connection;
    }

    /**
     * Returns the folder in a domain's home in which it asks the steward: only the domain itself and dom0 may write there.
     *
     * @param domain who asks
     * @return the path
     */
    public static String asks(DomainId domain) {
        return "/local/domain/" + domain + ASKS;
    }

    /**
     * Returns an ask.
     *
     * @param domain who asks
     * @param id of the ask
     * @return the path
     */
    public static String ask(DomainId domain, String id) {
        return asks(domain) + "/" + id;
    }

    /**
     * Permissions of {@link #ROOT}: every domain may read it and make names in it.
     *
     * @return the list
     */
    public static List<Permission> rootPermissions() {
        return List.of(new Permission(Access.BOTH, 0));
    }

    /**
     * Permissions of {@link #FLOWS}: every domain may make a record in it, only dom0 may list it.
     *
     * @return the list
     */
    public static List<Permission> flowsPermissions() {
        return List.of(new Permission(Access.WRITE, 0));
    }

    /**
     * Permissions of {@link #ROOT} where guests do not own what they make: only dom0 makes names, for who asks it.
     *
     * @return the list
     */
    public static List<Permission> closedRootPermissions() {
        return List.of(new Permission(Access.READ, 0));
    }

    /**
     * Permissions of {@link #FLOWS} where guests do not own what they make.
     *
     * @return the list
     */
    public static List<Permission> closedFlowsPermissions() {
        return List.of(new Permission(Access.NONE, 0));
    }

    /**
     * Permissions of a name: everybody may read it.
     *
     * @param owner who has the name
     * @return the list
     */
    public static List<Permission> namePermissions(DomainId owner) {
        return List.of(new Permission(Access.READ, owner.value()));
    }

    /**
     * Permissions of {@code listen}: others may make entries, but neither read nor list it.
     *
     * @param server the server
     * @return the list
     */
    public static List<Permission> listenPermissions(DomainId server) {
        return List.of(new Permission(Access.WRITE, server.value()));
    }

    /**
     * Permissions of {@code members}: everybody may read it.
     *
     * @param owner who has the shared name
     * @param others who may serve under it as well; empty: everybody
     * @return the list
     */
    public static List<Permission> membersPermissions(DomainId owner, Collection<DomainId> others) {
        if (others.isEmpty()) {
            return List.of(new Permission(Access.BOTH, owner.value()));
        }
        List<Permission> permissions = new ArrayList<>(namePermissions(owner));
        others.stream().sorted().forEach(other -> permissions.add(new Permission(Access.BOTH, other.value())));
        return permissions;
    }

    /**
     * Permissions of a client's folder of the older Mirage layout: everybody may read it and make requests in it, since
     * those clients do not set any.
     *
     * @param server the server
     * @return the list
     */
    public static List<Permission> miragePermissions(DomainId server) {
        return List.of(new Permission(Access.BOTH, server.value()));
    }

    /**
     * Permissions of {@code listen} where guests do not own what they make: dom0 makes the entries.
     *
     * @param server the server
     * @return the list
     */
    public static List<Permission> closedListenPermissions(DomainId server) {
        return List.of(new Permission(Access.NONE, server.value()));
    }

    /**
     * Permissions of {@code established}: the server's own.
     *
     * @param server the server
     * @return the list
     */
    public static List<Permission> establishedPermissions(DomainId server) {
        return List.of(new Permission(Access.NONE, server.value()));
    }

    /**
     * Permissions of the two nodes of a vchan: libxenvchan's own.
     *
     * @param server the server
     * @param client the client
     * @return the list
     */
    public static List<Permission> vchanPermissions(DomainId server, DomainId client) {
        return List.of(new Permission(Access.NONE, server.value()), new Permission(Access.READ, client.value()));
    }

    /**
     * Permissions of a node that two domains share and nobody else sees: queue entries and flow records (owned by the
     * client), established connections (owned by the server).
     *
     * @param owner who makes the node
     * @param peer the other side, which may read and write it
     * @return the list
     */
    public static List<Permission> sharedPermissions(DomainId owner, DomainId peer) {
        return List.of(new Permission(Access.NONE, owner.value()), new Permission(Access.BOTH, peer.value()));
    }
}
