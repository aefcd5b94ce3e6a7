/** What a benchmark found out. */
package dev.conduit.bench.figure;
