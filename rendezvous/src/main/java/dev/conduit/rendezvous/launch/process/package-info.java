/** The launcher {@code process}: commands as domains of the local platform. */
package dev.conduit.rendezvous.launch.process;
