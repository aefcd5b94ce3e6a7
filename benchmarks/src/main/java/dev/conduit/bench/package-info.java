/** Two processes, one transport at a time, the same messages: what a conduit costs beside what else there is. */
package dev.conduit.bench;
