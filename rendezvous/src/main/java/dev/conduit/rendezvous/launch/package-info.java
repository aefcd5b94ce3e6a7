/** Starting and stopping guests, by whatever toolstack the host has. */
package dev.conduit.rendezvous.launch;
