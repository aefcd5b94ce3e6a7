package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.ConnectionId;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.rendezvous.time.Deadline;
import dev.conduit.vchan.Vchan;
import dev.conduit.vchan.VchanServer;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers clients of the older Mirage layout. They cannot be refused: while there is no room, they wait. Used by the
 * dispatcher's thread only.
 */
final class MirageQueue {

    private static final Logger LOG = LoggerFactory.getLogger(MirageQueue.class);
    /** Requests answered in one look. */
    private static final int AT_ONCE = 16;
    private static final Duration TRANSITION = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final String name;
    private final ListenOptions options;
    private final Platform platform;
    private final Store store;
    private final ListenQueue.Server server;
    private final SecureRandom random = new SecureRandom();

    MirageQueue(String name, ListenOptions options, Platform platform, Store store, ListenQueue.Server server) {
        this.name = name;
        this.options = options;
        this.platform = platform;
        this.store = store;
        this.server = server;
    }

    void openFolders(Deadline deadline) throws IOException {
        store.<Boolean, XenStoreException>transact("listen on '" + name + "' for Mirage clients", deadline,
                transaction -> {
                    MirageTransitions.openFolders(transaction, name, options.mirageClients(), platform.self());
                    return true;
                });
    }

    /**
     * Answers some.
     *
     * @return true when there are more, perhaps such that have to wait for room
     * @throws IOException when XenStore is lost
     */
    boolean answerSome() throws IOException {
        int left = AT_ONCE;
        for (String client : options.mirageClients()) {
            Optional<List<String>> ports = Nodes.children(store.client(), Layout.mirage(name, client));
            if (ports.isEmpty()) {
                openFolders(Deadline.after(TRANSITION));
            }
            for (String port : ports.orElse(List.of())) {
                if (left-- == 0 || !answer(client, port)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** False when it has to wait. */
    private boolean answer(String client, String port) throws IOException {
        String request = Layout.mirage(name, client, port);
        try {
            Optional<DomainId> owner = Nodes.owner(store.client(), request);
            // Under oxenstored everything in the folder is ours, and nobody can tell who asks.
            if (owner.isEmpty() || owner.get().equals(platform.self()) || !MiragePort.isPort(port)) {
                Nodes.remove(store.client(), request);
                return true;
            }
            return server.hasRoom(owner.get()) && grant(client, port, owner.get());
        } catch (XenStoreException refused) {
            if (refused.error() == null) {
                throw refused;
            }
            // Made by somebody who keeps it to itself: only the folder as a whole is ours to remove.
            LOG.debug("the requests of '{}' are dropped: {}", client, refused.getMessage());
            Nodes.remove(store.client(), Layout.mirage(name, client));
            return true;
        }
    }

    private boolean grant(String client, String port, DomainId owner) throws IOException {
        VchanServer vchan;
        try {
            vchan = Vchan.open(platform, owner, options.channel());
        } catch (IOException noResources) {
            LOG.debug("a Mirage client of '{}' has to wait: {}", name, noResources.getMessage());
            return false;
        }
        Optional<FlowNodes> established = Optional.empty();
        try {
            FlowNodes asked = new FlowNodes(name, client, port, ConnectionId.draw(random), platform.self(), owner);
            established = store.<Optional<FlowNodes>, XenStoreException>transact(
                    "accept of domain " + owner + " on '" + name + "'", Deadline.after(TRANSITION), PATIENCE,
                    transaction -> MirageTransitions.establish(
                            transaction, asked, vchan.ringRef(), vchan.eventChannel()));
        } catch (ConduitTimeoutException noQuota) {
            LOG.debug("a Mirage client of '{}' has to wait: {}", name, noQuota.getMessage());
            return false;
        } finally {
            if (established.isEmpty()) {
                vchan.close();
            }
        }
        established.ifPresent(nodes -> server.granted(EndKind.MIRAGE_SERVER, nodes, vchan));
        return true;
    }
}
