/** XenStore rings over grants and event channels of a platform: a guest's end to offer, a server's to map. */
package dev.conduit.core.ring;
