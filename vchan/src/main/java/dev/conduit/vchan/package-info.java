/** The libxenvchan ring protocol, byte for byte: two byte streams in shared memory. */
package dev.conduit.vchan;
