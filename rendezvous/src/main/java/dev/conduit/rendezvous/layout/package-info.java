/** What rendezvous writes in XenStore: paths, names, permissions and flow records. Pure, no I/O. */
package dev.conduit.rendezvous.layout;
