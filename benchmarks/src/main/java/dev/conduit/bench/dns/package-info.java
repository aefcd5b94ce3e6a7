/** The DNS server beside dnsmasq and Knot, under dnsperf. */
package dev.conduit.bench.dns;
