package dev.conduit.xenstore.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A watch and the events it must get: of its node and what is below, as deep as was asked for, when its domain could or
 * can read what changed or can read the node above.
 *
 * @param domain whose
 * @param path absolute
 * @param token in its events
 * @param depth -1 for all
 * @param home what events leave out at the front of paths; may be empty
 */
record PlainWatch(int domain, String path, String token, int depth, String home) {

    /** The paths it must be told of, as in events, when one state became another. */
    List<String> events(PlainStore before, PlainStore after, Map<String, Boolean> changed) {
        List<String> events = new ArrayList<>();
        changed.forEach((changedPath, removed) -> {
            boolean existed = before.holds(changedPath);
            if (removed && existed && below(path, changedPath) && before.holds(path) && !after.holds(path)
                    && visible(path, before, after, before)) {
                events.add(path.substring(home.length()));
            }
            if ((existed || after.holds(changedPath)) && covers(changedPath)
                    && visible(changedPath, before, after, after)) {
                events.add(changedPath.substring(home.length()));
            }
        });
        return events;
    }

    private static boolean below(String lower, String upper) {
        return lower.startsWith(upper.equals("/") ? "/" : upper + "/") && !lower.equals(upper);
    }

    private boolean covers(String changedPath) {
        return changedPath.equals(path)
                || below(changedPath, path) && (depth < 0 || level(changedPath) - level(path) <= depth);
    }

    private static int level(String path) {
        return path.equals("/") ? 0 : (int) path.chars().filter(letter -> letter == '/').count();
    }

    private boolean visible(String changedPath, PlainStore before, PlainStore after, PlainStore above) {
        return before.readable(changedPath, domain) || after.readable(changedPath, domain)
                || !changedPath.equals("/") && above.readable(PlainStore.parent(changedPath), domain);
    }
}
