/**
 * The front without rights: the kernel's own sockets take the connections of services that sleep, and each is carried to
 * its service when that has come up. It stays in the path.
 */
package dev.conduit.synjitsu.socket;
