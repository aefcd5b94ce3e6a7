package dev.conduit.xenstore.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A running server with an empty store, and the ways to it: domain 0 by a socket, guests as the server has it. */
interface Stage extends AutoCloseable {

    /** Makes what the server looks for when a domain is introduced. */
    void prepare(int domain);

    /** Connects with the rights of a domain that was introduced. */
    Link connect(int domain);

    @Override
    void close();

    /** Our server; each guest has a socket of its own. */
    static Stage ours() {
        OurServer server = new OurServer();
        Map<Integer, Path> sockets = new HashMap<>();
        return new Stage() {
            @Override
            public void prepare(int domain) {
                try {
                    sockets.put(domain, server.listen(domain));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public Link connect(int domain) {
                return new SocketLink(domain == 0 ? server.socket() : sockets.get(domain));
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }

    /** Our server; each guest has a ring. */
    static Stage oursWithRings() {
        OurServer server = new OurServer();
        OurRings rings = new OurRings();
        server.serveRings(rings);
        return new Stage() {
            @Override
            public void prepare(int domain) {
                // Every domain has a page.
            }

            @Override
            public Link connect(int domain) {
                return domain == 0 ? new SocketLink(server.socket())
                        : new RingLink(rings.page(domain), () -> rings.kick(domain));
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }

    /** One of Debian's; each guest has a ring. */
    static Stage of(Peers.Daemon daemon) {
        PeerServer server = PeerServer.start(daemon);
        Map<Integer, Path> rings = new HashMap<>();
        return new Stage() {
            @Override
            public void prepare(int domain) {
                rings.put(domain, server.addDomain(domain));
            }

            @Override
            public Link connect(int domain) {
                return domain == 0 ? new SocketLink(server.socket())
                        : new RingLink(rings.get(domain), () -> server.kick(domain));
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }
}
