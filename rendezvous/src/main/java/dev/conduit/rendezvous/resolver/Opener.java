package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens endpoints. */
final class Opener {

    private final Optional<Conduit> conduit;
    private final ConnectorOptions options;

    Opener(Optional<Conduit> conduit, ConnectorOptions options) {
        this.conduit = conduit;
        this.options = options;
    }

    /** Opens a conduit or a Unix socket. */
    Connection open(Endpoint endpoint, Deadline limit) throws IOException {
        if (endpoint instanceof Endpoint.UnixSocket socket) {
            return new Connection(endpoint, UnixSockets.connect(socket.path(), limit));
        }
        if (endpoint instanceof Endpoint.OnHost here) {
            Conduit way = conduit.orElseThrow(() -> new IOException("this program has no way to conduits"));
            return new Connection(endpoint, way.connect(here.name(), limit.left()));
        }
        throw new IllegalArgumentException(endpoint.toString());
    }

    /**
     * Opens the first of several ports that answers; where TLS is spoken, the first that also shakes hands.
     *
     * @param endpoints all {@link Endpoint.Tcp} or all {@link Endpoint.Tls}
     * @return null when none could be reached
     */
    Connection race(List<Endpoint> endpoints, Deadline limit, List<IOException> failures) throws IOException {
        List<Endpoint> rest = new ArrayList<>(endpoints);
        while (!rest.isEmpty()) {
            TcpRace.Winner winner;
            try (TcpRace race = new TcpRace(rest.stream().map(Opener::address).toList(), limit, failures)) {
                winner = race.run();
            }
            if (winner == null) {
                return null;
            }
            Endpoint reached = rest.stream().filter(endpoint -> address(endpoint).equals(winner.address()))
                    .findFirst().orElseThrow();
            if (!(reached instanceof Endpoint.Tls tls)) {
                return new Connection(reached, winner.channel());
            }
            try {
                return new Connection(reached,
                        TlsChannel.open(winner.channel(), options.tls(), tls.serverName(), limit));
            } catch (IOException failed) {
                failures.add(new IOException(reached + ": " + Failures.text(failed), failed));
                rest.remove(reached);
            }
        }
        return null;
    }

    private static InetSocketAddress address(Endpoint endpoint) {
        return endpoint instanceof Endpoint.Tls tls ? tls.address() : ((Endpoint.Tcp) endpoint).address();
    }
}
