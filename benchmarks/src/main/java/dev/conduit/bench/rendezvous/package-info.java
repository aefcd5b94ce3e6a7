/** What a connect by name costs. */
package dev.conduit.bench.rendezvous;
