/** The file that says which services there are. */
package dev.conduit.rendezvous.directory.config;
