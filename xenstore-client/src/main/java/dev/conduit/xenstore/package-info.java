/** XenStore, the small shared tree every Xen domain can reach: the client. */
package dev.conduit.xenstore;
