/**
 * The state of a server as bytes: on disk, to outlive a restart, and on the way to another process. The format stands
 * in docs/xenstore-state.md.
 */
package dev.conduit.xenstore.server.state;
