/** Many conduits, one thread for them at each end. */
package dev.conduit.bench.many;
