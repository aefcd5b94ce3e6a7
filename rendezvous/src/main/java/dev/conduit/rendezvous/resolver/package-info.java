/** From a name or URI to a connection: conduits of this host, Unix sockets, TCP and TLS; docs/resolver.md. */
package dev.conduit.rendezvous.resolver;
