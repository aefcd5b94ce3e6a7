/** Connections by name between domains, with the layout in a real XenStore server. */
package dev.conduit.testbed.names;
