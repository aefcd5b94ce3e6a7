package dev.conduit.rendezvous.resolver;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Names with fixed alternatives. Immutable: {@link #with} gives a changed copy. Never blocks. */
public final class StaticResolver implements Resolver {

    private static final Duration FOR_GOOD = Duration.ofDays(1);

    private final Map<String, List<Endpoint>> entries;

    private StaticResolver(Map<String, List<Endpoint>> entries) {
        this.entries = entries;
    }

    /**
     * Knows nothing yet.
     *
     * @return a resolver without entries
     */
    public static StaticResolver empty() {
        return new StaticResolver(Map.of());
    }

    /**
     * Adds a name, in place of what was known under it.
     *
     * @param host the name; capitals make no difference
     * @param endpoints its alternatives, the best first
     * @return the changed copy
     * @throws IllegalArgumentException when it is not a possible host name
     */
    public StaticResolver with(String host, Endpoint... endpoints) {
        Map<String, List<Endpoint>> changed = new LinkedHashMap<>(entries);
        changed.put(key(new Target(host, 0, Transport.ANY).host()), List.of(endpoints));
        return new StaticResolver(changed);
    }

    @Override
    public Resolution resolve(Target target, Duration timeout) {
        List<Endpoint> known = entries.getOrDefault(key(target.host()), List.of());
        List<Endpoint> allowed = known.stream().filter(target.transport()::allows).toList();
        return new Resolution(allowed, FOR_GOOD);
    }

    private static String key(String host) {
        return host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
    }
}
