package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.Phase;
import dev.conduit.rendezvous.directory.service.StartRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/** One start while it goes on. */
final class Start {

    private final String service;
    private final long number;
    private final Cause cause;
    private final String asker;
    private final long asked;
    private final Map<Phase, Duration> phases = new EnumMap<>(Phase.class);
    private String failure = "";

    Start(String service, long number, Cause cause, String asker, long asked) {
        this.service = service;
        this.number = number;
        this.cause = cause;
        this.asker = asker;
        this.asked = asked;
    }

    long asked() {
        return asked;
    }

    /** The first time counts. */
    void reached(Phase phase, long now) {
        phases.putIfAbsent(phase, Duration.ofNanos(now - asked));
    }

    boolean hasReached(Phase phase) {
        return phases.containsKey(phase);
    }

    void failed(String text) {
        failure = text;
    }

    StartRecord record(Instant origin) {
        return new StartRecord(service, number, cause, asker, origin.plusNanos(asked), Map.copyOf(phases), failure);
    }
}
