/** The local platform: processes of one machine as domains; {@code docs/local-platform.md} is its contract. */
package dev.conduit.core.local;
