/** {@code conduit xenstore}: what the xenstore-* tools of Xen do, with their arguments, output and exit codes. */
package dev.conduit.cli.xenstore;
