/** Domains, grants and event channels behind small interfaces; {@link dev.conduit.core.Platform} is the way in. */
package dev.conduit.core;
