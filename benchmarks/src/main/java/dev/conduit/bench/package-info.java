/** What all benchmarks need: processes of their own. */
package dev.conduit.bench;
