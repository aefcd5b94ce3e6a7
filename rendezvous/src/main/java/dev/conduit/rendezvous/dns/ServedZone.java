package dev.conduit.rendezvous.dns;

/** A zone and who answers for names that are not in it; null when nobody does. */
record ServedZone(Zone zone, DnsSource source) {}
