package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.service.Outcome;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Who waits for one service. Each gets exactly one answer. */
final class Waiters {

    private final Shared shared;
    private final Map<Ask, Timers.Timer> waiting = new LinkedHashMap<>();

    Waiters(Shared shared) {
        this.shared = shared;
    }

    int size() {
        return waiting.size();
    }

    Optional<Ask> first() {
        return waiting.isEmpty() ? Optional.empty() : Optional.of(waiting.keySet().iterator().next());
    }

    /** Waits; {@code late} makes the answer should the deadline come first. */
    void add(Ask ask, Supplier<Outcome> late) {
        waiting.put(ask, shared.timers().at(ask.deadline(), now -> {
            waiting.remove(ask);
            shared.waited(-1);
            shared.effects().answer(ask.reply(), late.get());
        }));
        shared.waited(1);
    }

    void answerAll(Outcome outcome) {
        answer(ask -> true, outcome);
    }

    void answer(Predicate<Ask> which, Outcome outcome) {
        for (Iterator<Map.Entry<Ask, Timers.Timer>> all = waiting.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Ask, Timers.Timer> entry = all.next();
            if (which.test(entry.getKey())) {
                all.remove();
                shared.timers().cancel(entry.getValue());
                shared.waited(-1);
                shared.effects().answer(entry.getKey().reply(), outcome);
            }
        }
    }
}
