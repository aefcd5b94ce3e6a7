/** What the directory itself costs. */
package dev.conduit.bench.directory;
