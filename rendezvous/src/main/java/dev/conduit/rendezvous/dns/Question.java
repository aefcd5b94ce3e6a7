package dev.conduit.rendezvous.dns;

import org.xbill.DNS.Name;

/**
 * What somebody else has to answer.
 *
 * @param source who; null: the upstream servers
 * @param name absolute
 * @param type as in {@link org.xbill.DNS.Type}
 * @param dnssec the flags of the client's query that change what an upstream server says: {@link Wire#CD}, and
 *     {@link Wire#DNSSEC_OK} of OPT; 0 for a source
 */
record Question(DnsSource source, Name name, int type, int dnssec) {}
