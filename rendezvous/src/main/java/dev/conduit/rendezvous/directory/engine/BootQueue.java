package dev.conduit.rendezvous.directory.engine;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Predicate;

/**
 * Who is started next: askers take turns, and each asker's wishes are served in order. So one that asks for a thousand
 * services holds up nobody who asks for one.
 */
final class BootQueue<T> {

    private final Map<String, Queue<T>> askers = new LinkedHashMap<>();

    void add(String asker, T wish) {
        askers.computeIfAbsent(asker, absent -> new ArrayDeque<>()).add(wish);
    }

    /** Takes the next wish that still holds; the others before it are dropped, which costs their askers no turn. */
    Optional<T> poll(Predicate<T> holds) {
        while (!askers.isEmpty()) {
            Map.Entry<String, Queue<T>> first = askers.entrySet().iterator().next();
            String asker = first.getKey();
            Queue<T> wishes = first.getValue();
            T wish = wishes.remove();
            while (!holds.test(wish) && !wishes.isEmpty()) {
                wish = wishes.remove();
            }
            // To the end of the round.
            askers.remove(asker);
            if (!wishes.isEmpty()) {
                askers.put(asker, wishes);
            }
            if (holds.test(wish)) {
                return Optional.of(wish);
            }
        }
        return Optional.empty();
    }

    boolean isEmpty() {
        return askers.isEmpty();
    }

    void clear() {
        askers.clear();
    }
}
