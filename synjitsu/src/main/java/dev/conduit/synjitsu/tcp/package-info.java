/**
 * TCP as the passive side that answers for a service: pure state machines, without I/O and with the time as an argument
 * (RFC 9293, 7323, 6528, 6298, 5961).
 */
package dev.conduit.synjitsu.tcp;
