/** What the local host and its domains share: folder, control protocol, event memory, sealed files. Not exported. */
package dev.conduit.core.local.shared;
