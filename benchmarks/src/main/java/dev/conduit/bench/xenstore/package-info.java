/** XenStore servers side by side: the embedded one, C xenstored and oxenstored, driven by the same clients. */
package dev.conduit.bench.xenstore;
