package dev.conduit.xenstore.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A server the recorded conversation is held with. */
enum Side {
    OURS("ours") {
        @Override
        Stage open() {
            OurServer server = new OurServer();
            Map<Integer, Path> sockets = new HashMap<>();
            return new Stage() {
                @Override
                public Link connect(int domain) {
                    return new SocketLink(domain == 0 ? server.socket() : sockets.computeIfAbsent(domain, this::listen));
                }

                private Path listen(int domain) {
                    try {
                        return server.listen(domain);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }

                @Override
                public void prepare(int domain) {
                    // A domain needs nothing before it is introduced.
                }

                @Override
                public void close() {
                    server.close();
                }
            };
        }
    },
    C("c") {
        @Override
        Stage open() {
            return daemon(Peers.Daemon.C);
        }
    },
    OCAML("ocaml") {
        @Override
        Stage open() {
            return daemon(Peers.Daemon.OCAML);
        }
    };

    private final String key;

    Side(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }

    static Side of(String key) {
        return Arrays.stream(values()).filter(side -> side.key.equals(key)).findAny().orElseThrow();
    }

    /** Starts a server with an empty store. */
    abstract Stage open();

    private static Stage daemon(Peers.Daemon daemon) {
        PeerServer server = PeerServer.start(daemon);
        Map<Integer, Path> rings = new HashMap<>();
        return new Stage() {
            @Override
            public void prepare(int domain) {
                rings.computeIfAbsent(domain, server::addDomain);
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

    /** A running server. */
    interface Stage extends AutoCloseable {

        /** Makes what the server looks for when a domain is introduced. */
        void prepare(int domain);

        /** Connects with the rights of a domain that was introduced. */
        Link connect(int domain);

        @Override
        void close();
    }
}
