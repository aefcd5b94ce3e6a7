/**
 * The XenStore wire format, shared by client and server (xen/include/public/io/xs_wire.h). Not exported.
 */
package dev.conduit.xenstore.wire;
