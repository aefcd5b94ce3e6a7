/** The XenStore client on a real Xen: in dom0 through socket and device, in a guest through the device. */
package dev.conduit.testbed.xenstore;
