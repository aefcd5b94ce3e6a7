package dev.conduit.synjitsu.carry;

import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.synjitsu.adopt.AdoptedConnection;
import dev.conduit.synjitsu.adopt.Adopter;
import dev.conduit.synjitsu.adopt.ServiceInterface;
import dev.conduit.synjitsu.handover.HandOver;
import dev.conduit.synjitsu.socket.SocketFronts;
import dev.conduit.synjitsu.tcp.Tcb;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Connections of a service without a network become this machine's: the address comes first, as nothing could be bound to it
 * otherwise, then the listening sockets, so that no new client is refused.
 */
final class Adoption implements HandOver.Ready {

    private final ServiceSettings service;
    private final SocketFronts sockets;
    private final ServiceInterface addresses;
    private final Consumer<String> notes;
    private final List<AdoptedConnection> prepared = new ArrayList<>();

    private Adoption(
            ServiceSettings service, SocketFronts sockets, ServiceInterface addresses, Consumer<String> notes) {
        this.service = service;
        this.sockets = sockets;
        this.addresses = addresses;
        this.notes = notes;
    }

    static HandOver.Ready prepare(ServiceSettings service, SocketFronts sockets, ServiceInterface addresses,
            Consumer<String> notes, Adopter adopter, List<Tcb> connections) throws IOException {
        Adoption adoption = new Adoption(service, sockets, addresses, notes);
        boolean all = false;
        try {
            addresses.put();
            sockets.arm(service);
            for (Tcb connection : connections) {
                adoption.prepared.add(adopter.prepare(connection));
            }
            all = true;
            return adoption;
        } finally {
            if (!all) {
                adoption.abandon();
            }
        }
    }

    @Override
    public void activate() {
        for (AdoptedConnection connection : prepared) {
            connection.established().whenComplete((self, failure) -> carry(connection, failure));
            try {
                connection.activate();
            } catch (IOException told) {
                // By established().
            }
        }
    }

    private void carry(AdoptedConnection connection, Throwable failure) {
        try {
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            sockets.carry(connection);
        } catch (IOException lost) {
            notes.accept(service.name() + ": " + connection + " is lost: " + lost.getMessage());
        }
    }

    @Override
    public void abandon() {
        prepared.forEach(AdoptedConnection::abandon);
        sockets.disarm(service);
        try {
            addresses.remove();
        } catch (IOException failed) {
            notes.accept(service.name() + ": " + failed.getMessage());
        }
    }
}
