/** A host's services in the DNS of its site, by RFC 2136 updates signed with TSIG; docs/dns-updates.md. */
package dev.conduit.rendezvous.publish;
