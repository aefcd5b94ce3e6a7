/** {@code conduit vchan}: an end of a libxenvchan ring by its path in XenStore, for standard input and output or a Unix socket. */
package dev.conduit.cli.vchan;
