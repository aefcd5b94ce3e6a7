/** A DNS server: static zones, names answered live by a {@link dev.conduit.rendezvous.dns.DnsSource}, and forwarding. */
package dev.conduit.rendezvous.dns;
