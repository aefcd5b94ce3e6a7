package dev.conduit.xenstore.server.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** All watches by path: finding those on a path or above takes one step a name, however many there are elsewhere. */
final class WatchTrie {

    private static final class Level {
        private final Set<Watch> watches = new LinkedHashSet<>(2);
        private Map<String, Level> below = Map.of();

        Level make(String name) {
            if (below.isEmpty()) {
                below = new HashMap<>(4);
            }
            return below.computeIfAbsent(name, unused -> new Level());
        }

        boolean empty() {
            return watches.isEmpty() && below.isEmpty();
        }
    }

    private final Level top = new Level();

    void add(Watch watch) {
        Level level = top;
        for (int i = 0; i < watch.path().depth(); i++) {
            level = level.make(watch.path().name(i));
        }
        level.watches.add(watch);
    }

    void remove(Watch watch) {
        Path path = watch.path();
        Level[] levels = new Level[path.depth() + 1];
        levels[0] = top;
        for (int i = 0; i < path.depth(); i++) {
            levels[i + 1] = levels[i].below.get(path.name(i));
        }
        levels[path.depth()].watches.remove(watch);
        for (int i = path.depth(); i > 0 && levels[i].empty(); i--) {
            levels[i - 1].below.remove(path.name(i - 1));
        }
    }

    /** Visits the watches on the path and above it, from the root down. */
    void forEachAbove(Path path, Consumer<Watch> visitor) {
        Level level = top;
        for (int i = 0; level != null; i++) {
            // The root level holds the special paths' names as well; a watch on "/" does not see those.
            if (i > 0 || !path.special()) {
                level.watches.forEach(visitor);
            }
            if (i == path.depth()) {
                return;
            }
            level = level.below.get(path.name(i));
        }
    }

    /** Visits the watches strictly below a path, with their text; deeper ones come before those above them. */
    void forEachBelow(Path path, BiConsumer<String, Watch> visitor) {
        Level level = top;
        for (int i = 0; level != null && i < path.depth(); i++) {
            level = level.below.get(path.name(i));
        }
        if (level == null || level.below.isEmpty()) {
            return;
        }
        Deque<Level> open = new ArrayDeque<>();
        Deque<Level> ordered = new ArrayDeque<>();
        open.push(level);
        while (!open.isEmpty()) {
            Level next = open.pop();
            ordered.push(next);
            next.below.values().forEach(open::push);
        }
        ordered.removeLast();
        for (Level next : ordered) {
            for (Watch watch : next.watches) {
                visitor.accept(watch.path().text(), watch);
            }
        }
    }

    boolean empty() {
        return top.empty();
    }
}
