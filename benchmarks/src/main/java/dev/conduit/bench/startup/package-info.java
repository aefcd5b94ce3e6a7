/** What passes from the start of a process to its first byte. */
package dev.conduit.bench.startup;
