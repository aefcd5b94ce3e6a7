package dev.conduit.xenstore.server.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** All watches by path: finding those on a path or above takes one step a name, however many there are elsewhere. */
final class WatchTrie {

    /** Small while it has nothing or one thing below: a deep path has many such levels. */
    private static final class Level {
        private Set<Watch> watches = Set.of();
        private Map<String, Level> below = Map.of();

        void add(Watch watch) {
            if (watches.isEmpty()) {
                watches = new LinkedHashSet<>(2);
            }
            watches.add(watch);
        }

        Level make(String name) {
            Level level = below.get(name);
            if (level == null) {
                level = new Level();
                if (below.isEmpty()) {
                    below = Map.of(name, level);
                } else {
                    below = below.size() == 1 ? new HashMap<>(below) : below;
                    below.put(name, level);
                }
            }
            return level;
        }

        void drop(String name) {
            if (below.size() == 1) {
                below = Map.of();
            } else {
                below.remove(name);
            }
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
        level.add(watch);
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
            levels[i - 1].drop(path.name(i - 1));
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

    /** Visits the watches strictly below a path; deeper ones come before those above them. */
    void forEachBelow(Path path, Consumer<Watch> visitor) {
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
            next.watches.forEach(visitor);
        }
    }

    boolean empty() {
        return top.empty();
    }
}
