/** The launcher {@code libvirt}: whatever libvirt manages. */
package dev.conduit.rendezvous.launch.libvirt;
