/** Channels to peers that write rubbish into the shared pages, on a real Xen. */
package dev.conduit.testbed.hostile;
