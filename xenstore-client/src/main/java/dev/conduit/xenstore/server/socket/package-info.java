/**
 * The sockets of a XenStore server behind interfaces: by Java's own channels, which cannot leave their process, or by
 * descriptors, which can. For modules of this project only.
 */
package dev.conduit.xenstore.server.socket;
