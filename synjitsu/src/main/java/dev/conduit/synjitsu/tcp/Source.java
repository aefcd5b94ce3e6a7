package dev.conduit.synjitsu.tcp;

/** How many connections one source has, of all and of those that are half open. */
final class Source {

    int connections;
    int halfOpen;
}
