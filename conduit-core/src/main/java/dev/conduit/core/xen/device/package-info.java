/** The device files Xen's drivers make under {@code /dev/xen}; not exported. */
package dev.conduit.core.xen.device;
