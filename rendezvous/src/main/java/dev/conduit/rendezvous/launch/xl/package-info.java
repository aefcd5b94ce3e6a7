/** The launcher {@code xl}: Xen's own toolstack. */
package dev.conduit.rendezvous.launch.xl;
