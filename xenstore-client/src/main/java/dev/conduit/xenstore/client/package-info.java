/** The client behind {@link dev.conduit.xenstore.XenStoreClient}, over any transport. Not exported. */
package dev.conduit.xenstore.client;
