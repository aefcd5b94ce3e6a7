/** Talking with a directory: a line of JSON asks, lines of JSON answer. */
package dev.conduit.rendezvous.directory.control;
