package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.config.Limits;
import java.util.LinkedHashMap;
import java.util.Map;

/** What all services share: turns, memory, the bound on askers, and who they are. */
final class Shared {

    private final Effects effects;
    private final Timers timers = new Timers();
    private final Memory memory = new Memory();
    private final Prewarming prewarming = new Prewarming();
    private final Turns turns = new Turns();
    private final Roster roster = new Roster();
    private int mostWaiting;
    private int waiting;
    private long asks;
    private long starts;
    private long failures;
    private long tickets;

    Shared(Effects effects) {
        this.effects = effects;
        limit(Limits.DEFAULTS);
    }

    void limit(Limits limits) {
        mostWaiting = limits.waiting();
        memory.limit(limits.memory());
        turns.most(limits.boots());
    }

    Effects effects() {
        return effects;
    }

    Timers timers() {
        return timers;
    }

    Memory memory() {
        return memory;
    }

    Prewarming prewarming() {
        return prewarming;
    }

    Turns turns() {
        return turns;
    }

    Roster roster() {
        return roster;
    }

    boolean mayWait() {
        return waiting < mostWaiting;
    }

    int mostWaiting() {
        return mostWaiting;
    }

    int waiting() {
        return waiting;
    }

    void waited(int more) {
        waiting += more;
    }

    void asked() {
        asks++;
    }

    void failed() {
        failures++;
    }

    /** What happened since the directory came, and how it is now. */
    Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("services", (long) roster.all().size());
        all.put("asks", asks);
        all.put("starts", starts);
        all.put("failures", failures);
        all.put("waiting", (long) waiting);
        all.put("booting", (long) turns.taken());
        all.put("memory", memory.used());
        return all;
    }

    long nextStart() {
        return ++starts;
    }

    long nextTicket() {
        return ++tickets;
    }

    /** Memory may have come free, or the choice of services may have changed. */
    void prewarm(long now) {
        prewarming.kept().forEach(service -> service.resting().prewarm(now));
    }

    void forget(Service service) {
        roster.remove(service);
        effects.disarm(service.settings());
    }
}
