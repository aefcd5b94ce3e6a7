/** Event channels through {@code /dev/xen/evtchn}; not exported. */
package dev.conduit.core.xen.event;
