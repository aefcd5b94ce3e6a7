/** Unix sockets by descriptors, which a XenStore server can hand to another process. */
package dev.conduit.core.socket;
