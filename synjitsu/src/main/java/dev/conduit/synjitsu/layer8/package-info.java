/**
 * Whom a client wants, by what it sends first: the server name of a TLS ClientHello or the host of an HTTP request. Pure:
 * no I/O, clocks or threads.
 */
package dev.conduit.synjitsu.layer8;
