package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.Outcome;
import java.util.function.Consumer;

/**
 * Somebody wants a service.
 *
 * @param cause how it was asked for
 * @param asker who asks, as its protocol names it; askers with equal names share a turn
 * @param deadline when it must have an answer
 * @param reply gets it
 */
public record Ask(Cause cause, String asker, long deadline, Consumer<Outcome> reply) {

    /** Only itself: who asks twice gets two answers. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
