/**
 * The directory as a state machine: no thread, no clock, no input or output. Events come with the time, in order, one at
 * a time; what is to be done goes to {@link dev.conduit.rendezvous.directory.engine.Effects}.
 */
package dev.conduit.rendezvous.directory.engine;
