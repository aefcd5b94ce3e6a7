package dev.conduit.bench.vchan;

import java.io.Closeable;
import java.io.IOException;

/** How the two processes of a pair come together; the receiver listens before the sender is told to meet it. */
interface Meeting extends Closeable {

    /**
     * Receiver only: makes what the other side connects to.
     *
     * @param sleeping whether who waits for a message shall sleep at once, where there is a choice
     */
    void listen(boolean sleeping) throws IOException;

    /** Waits for the other side, or connects to it. */
    Transport meet(boolean sleeping) throws IOException;
}
