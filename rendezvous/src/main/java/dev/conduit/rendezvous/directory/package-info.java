/** The directory: boots services when they are asked for, and stops them when nobody uses them. */
package dev.conduit.rendezvous.directory;
