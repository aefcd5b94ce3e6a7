/**
 * The TCP front together with the socket front, for services without a network: while such a service sleeps the TCP front
 * has its addresses, while it is up this machine's kernel has.
 */
package dev.conduit.synjitsu.carry;
