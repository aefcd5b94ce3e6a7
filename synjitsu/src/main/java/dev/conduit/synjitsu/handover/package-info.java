/**
 * The hand-over of connections from the front to a service, in two phases through XenStore, so that at any time one of the
 * two owns them. docs/synjitsu.md, "Hand-over", has the protocol. Every step is one XenStore transaction and knows nothing
 * but what is in XenStore: a side that died goes on from there.
 */
package dev.conduit.synjitsu.handover;
