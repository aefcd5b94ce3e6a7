/** The vchan protocol between domains of a real Xen, with every pairing of ours and libxenvchan. */
package dev.conduit.testbed.vchan;
