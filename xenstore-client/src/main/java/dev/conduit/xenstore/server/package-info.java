/** An embedded XenStore server: in this JVM, over Unix sockets, with the rules of C xenstored 4.22. */
package dev.conduit.xenstore.server;
