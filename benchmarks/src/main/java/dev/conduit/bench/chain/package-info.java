/** A chain of functions that packets pass through. */
package dev.conduit.bench.chain;
