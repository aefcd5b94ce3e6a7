/** {@code conduit vchan}: one end of a vchan by its path in XenStore, for standard input and output or a Unix socket. */
package dev.conduit.cli.vchan;
