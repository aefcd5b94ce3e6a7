/** Grants of a real Xen, through {@code /dev/xen/gntalloc} and {@code /dev/xen/gntdev}; not exported. */
package dev.conduit.core.xen.grant;
