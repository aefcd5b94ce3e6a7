/** Conduits by name: {@link dev.conduit.rendezvous.Conduit} is the way in. */
package dev.conduit.rendezvous;
