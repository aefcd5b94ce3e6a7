/** Grants and event channels of the xen platform, between two domains. */
package dev.conduit.testbed.platform;
