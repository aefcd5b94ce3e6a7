package dev.conduit.synjitsu.replay;

import java.util.OptionalInt;

/**
 * How far a replayed connection has come to its end: the sequence numbers behind FINs, each in those of its sender.
 *
 * @param client behind the client's FIN; empty without one
 * @param guest behind the guest's, likewise
 */
public record Ends(OptionalInt client, OptionalInt guest) {

    /** Both sides may send. */
    public static final Ends NONE = new Ends(OptionalInt.empty(), OptionalInt.empty());

    Ends withClient(int number) {
        return new Ends(OptionalInt.of(number), guest);
    }

    Ends withGuest(int number) {
        return new Ends(client, OptionalInt.of(number));
    }

    boolean both() {
        return client.isPresent() && guest.isPresent();
    }
}
