/** Links that carry frames and packets, and TCP sockets by their descriptors, also such that began in another kernel. */
package dev.conduit.core.net;
