package dev.conduit.vchan;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was acquired on the way to a channel, to be given back in the opposite order. Used by one thread. */
final class Acquired {

    private final Deque<Runnable> releases = new ArrayDeque<>();

    /** Notes how to give something back; must not throw. */
    void add(Runnable release) {
        releases.push(release);
    }

    /** Gives everything back. */
    void release() {
        while (!releases.isEmpty()) {
            releases.pop().run();
        }
    }
}
