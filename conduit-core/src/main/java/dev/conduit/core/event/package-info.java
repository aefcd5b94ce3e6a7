/** Waiting for events of many ports that come from one source; shared by the platforms, not exported. */
package dev.conduit.core.event;
