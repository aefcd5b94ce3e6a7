/** Bounds of waits. */
package dev.conduit.rendezvous.time;
