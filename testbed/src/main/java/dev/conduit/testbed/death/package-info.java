/** What the survivors see and keep when a peer's process or its whole domain ends, on a real Xen. */
package dev.conduit.testbed.death;
