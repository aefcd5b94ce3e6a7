/** The platform of Xen: domains are virtual machines, the devices are those under {@code /dev/xen}. */
package dev.conduit.core.xen;
