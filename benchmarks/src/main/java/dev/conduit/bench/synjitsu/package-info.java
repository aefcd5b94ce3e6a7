/** What clients of a service that sleeps wait for, beside what else there is. */
package dev.conduit.bench.synjitsu;
