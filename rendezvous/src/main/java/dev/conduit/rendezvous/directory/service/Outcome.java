package dev.conduit.rendezvous.directory.service;

import java.net.InetAddress;
import java.util.List;

/** What an asker is told. */
public sealed interface Outcome {

    /**
     * The service can be reached.
     *
     * @param service its name
     * @param addresses its addresses; may be empty
     * @param ready false while it is still coming up and a front holds its addresses
     */
    record Up(String service, List<InetAddress> addresses, boolean ready) implements Outcome {}

    /**
     * It cannot.
     *
     * @param reason why, for programs
     * @param message why, for people: one line that names the service
     */
    record Failed(FailureReason reason, String message) implements Outcome {}
}
