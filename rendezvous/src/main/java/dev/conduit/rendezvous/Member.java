package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;

/**
 * One of several servers under one name.
 *
 * @param name its own name, under which it listens
 * @param domain who made its node in the index; that its own name leads there is checked when it is asked
 * @param connections how many it says it has
 */
record Member(String name, DomainId domain, int connections) {}
