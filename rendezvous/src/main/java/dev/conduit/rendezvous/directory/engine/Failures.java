package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.config.BackOff;
import java.time.Duration;

/** How often a service failed in a row, and until when it is left alone. */
final class Failures {

    private int inARow;
    private boolean fresh;
    private long retryAt;
    private String last = "";

    void add(String what) {
        inARow++;
        fresh = true;
        last = what;
    }

    /** A start has worked. */
    void forget() {
        inARow = 0;
    }

    /** The guest has got ready after all: there is nothing to back off from. */
    void settle() {
        fresh = false;
    }

    /** Whether there was one since the last pause. */
    boolean isFresh() {
        return fresh;
    }

    /** Begins a pause; returns how long. */
    Duration pause(long now, BackOff backOff) {
        fresh = false;
        Duration pause = backOff.after(inARow);
        retryAt = now + pause.toNanos();
        return pause;
    }

    long retryAt() {
        return retryAt;
    }

    int inARow() {
        return inARow;
    }

    String last() {
        return last;
    }

    /** What an asker is told meanwhile. */
    String describe(long now) {
        return "failed " + inARow + (inARow == 1 ? " time" : " times in a row") + " and is tried again in "
                + Texts.shown(Duration.ofNanos(Math.max(0, retryAt - now))) + "; the last time it " + last;
    }
}
