/** Two processes, one way to move messages at a time, the same work: what a conduit costs beside what else there is. */
package dev.conduit.bench.vchan;
