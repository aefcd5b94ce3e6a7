package dev.conduit.testbed.xenstore;

import dev.conduit.xenstore.contract.Dialect;

/** dom0 over the server's Unix socket. */
class Dom0SocketTest extends Dom0Contract {

    Dom0SocketTest() {
        super(Place.SOCKET);
    }

    @Override
    protected Dialect dialect() {
        return Place.ocaml() ? Dialect.OXENSTORED_4_17 : Dialect.C_4_17;
    }
}
