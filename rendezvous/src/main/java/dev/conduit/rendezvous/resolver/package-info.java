/** From a name or URI to what can be connected to: conduits on this host, Unix sockets, TCP and TLS; docs/resolver.md. */
package dev.conduit.rendezvous.resolver;
