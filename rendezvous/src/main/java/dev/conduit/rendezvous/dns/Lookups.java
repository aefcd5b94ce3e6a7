package dev.conduit.rendezvous.dns;

/** Gets answers from somebody else. Thread-safe. */
interface Lookups {

    /** Asks, or joins in when the same is being asked; never blocks. */
    Flight ask(Question question);

    /** Is told that nobody waits for a flight any longer. */
    void abandoned(Question question, Flight flight);
}
