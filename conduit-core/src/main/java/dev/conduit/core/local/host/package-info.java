/** The local host: hypervisor, kernel and toolstack of the local platform in one process. */
package dev.conduit.core.local.host;
