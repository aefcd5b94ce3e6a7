/** The {@code conduit} command: one class a sub-command. */
package dev.conduit.cli;
