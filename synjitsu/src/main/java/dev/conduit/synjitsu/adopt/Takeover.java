package dev.conduit.synjitsu.adopt;

import dev.conduit.synjitsu.handover.HandOver;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.xenstore.XenStoreClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's whole part in taking its addresses over, with the connections that wait: prepares sockets of them, commits,
 * makes the sockets live, and only then lets its neighbours see the addresses.
 */
public final class Takeover {

    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

    private final Adopter adopter;
    private final ServiceInterface addresses;
    private final Consumer<AdoptedConnection> server;
    private IOException failure;

    private Takeover(Adopter adopter, ServiceInterface addresses, Consumer<AdoptedConnection> server) {
        this.adopter = adopter;
        this.addresses = addresses;
        this.server = server;
    }

    /**
     * Takes over. Blocks. Begin to listen before it: new connections come as soon as it is done. Where no front holds the
     * addresses, they are only put where they belong.
     *
     * @param store this domain's
     * @param service the service's name in the directory
     * @param adopter makes the sockets; stays open
     * @param addresses the service's addresses
     * @param server gets each connection, active, such as {@code acceptor::add}
     * @param timeout longest wait for the front
     * @return how many connections were taken; empty when no front held the addresses
     * @throws IOException when it could not be done; the front has the connections, unless the message says that only the
     *     addresses could not be taken up
     * @throws InterruptedException when the thread is interrupted; the front has the connections
     */
    public static Optional<Integer> run(XenStoreClient store, String service, Adopter adopter, ServiceInterface addresses,
            Consumer<AdoptedConnection> server, Duration timeout) throws IOException, InterruptedException {
        Takeover takeover = new Takeover(adopter, addresses, server);
        // Before the front stops: its clients wait from then on.
        addresses.hide();
        Optional<Integer> taken = HandOver.take(store, service, takeover::prepare, timeout);
        if (taken.isEmpty()) {
            addresses.takeUp();
        }
        if (takeover.failure != null) {
            throw takeover.failure;
        }
        return taken;
    }

    /**
     * Gets ready for {@link #run}, which takes a tenth of a second longer in a JVM where none of its code has run before.
     * Blocks for up to half a second: for a thread beside what else the service has to do until it can serve. Not needed;
     * nothing of it is seen from outside.
     *
     * @param store this domain's
     * @param service the service's name in the directory
     * @param adopter makes the sockets; stays open
     * @throws IOException when it could not be done, as {@link #run} could not be then
     */
    public static void warmUp(XenStoreClient store, String service, Adopter adopter) throws IOException {
        Takeover nobody = new Takeover(adopter, new ServiceInterface("lo", List.of()), connection -> { });
        HandOver.warmUp(store, service, nobody::prepare);
    }

    private HandOver.Ready prepare(List<Tcb> connections) throws IOException {
        List<AdoptedConnection> prepared = new ArrayList<>();
        boolean all = false;
        try {
            for (Tcb connection : connections) {
                prepared.add(adopter.prepare(connection));
            }
            all = true;
        } finally {
            if (!all) {
                prepared.forEach(AdoptedConnection::abandon);
            }
        }
        return new HandOver.Ready() {
            @Override
            public void activate() {
                prepared.forEach(Takeover.this::serve);
                takeUp();
            }

            @Override
            public void abandon() {
                prepared.forEach(AdoptedConnection::abandon);
            }
        };
    }

    private void serve(AdoptedConnection connection) {
        try {
            connection.activate();
            server.accept(connection);
        } catch (IOException lost) {
            LOG.warn("{} is lost: {}", connection, lost.getMessage());
        }
    }

    private void takeUp() {
        try {
            addresses.takeUp();
        } catch (IOException failed) {
            failure = new IOException("the connections were taken, but not the addresses: " + failed.getMessage(), failed);
        }
    }
}
