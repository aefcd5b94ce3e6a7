package dev.conduit.synjitsu.layer8;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who is behind one address and port. Immutable.
 *
 * @param <T> what is chosen
 */
public final class Hosts<T> {

    private static final String ANY = "*.";

    private final Map<String, T> patterns;
    private final T other;
    private final boolean named;

    private Hosts(Map<String, T> patterns, T other, boolean named) {
        this.patterns = patterns;
        this.other = other;
        this.named = named;
    }

    /**
     * One, for every client: what clients send is not looked at.
     *
     * @param <T> what is chosen
     * @param only the one
     * @return the choice
     */
    public static <T> Hosts<T> only(T only) {
        return new Hosts<>(Map.of(), only, false);
    }

    /**
     * Several, told apart by name.
     *
     * @param <T> what is chosen
     * @param patterns names in any case, or {@code *.} and a name, for all names below it; the longest that fits counts
     * @param other for all other clients, those that name nobody included; empty when they are refused
     * @return the choice
     * @throws IllegalArgumentException when a pattern is none; one line that says which
     */
    public static <T> Hosts<T> named(Map<String, T> patterns, Optional<T> other) {
        Map<String, T> normal = new LinkedHashMap<>();
        patterns.forEach((pattern, one) -> {
            String key = HostNames.normal(pattern);
            if (!HostNames.isName(key.startsWith(ANY) ? key.substring(ANY.length()) : key)) {
                throw new IllegalArgumentException("host '" + pattern + "' is no name such as www.example.org or *.example.org");
            }
            normal.put(key, one);
        });
        return new Hosts<>(normal, other.orElse(null), true);
    }

    /**
     * Tells whether a wish is needed to choose.
     *
     * @return false when there is one for all
     */
    public boolean isNamed() {
        return named;
    }

    /**
     * Gives the one for clients that name none of the others.
     *
     * @return empty when they are refused
     */
    public Optional<T> other() {
        return Optional.ofNullable(other);
    }

    /**
     * Chooses.
     *
     * @param wish decided
     * @return empty when nobody here has that name, or the client is to be refused whomever it wants
     */
    public Optional<T> choose(Wish wish) {
        return switch (wish.state()) {
            case NAMED -> find(wish.host()).or(this::other);
            case NAMELESS -> other();
            default -> Optional.empty();
        };
    }

    private Optional<T> find(String host) {
        T found = patterns.get(host);
        for (int dot = host.indexOf('.'); found == null && dot >= 0; dot = host.indexOf('.', dot + 1)) {
            found = patterns.get("*" + host.substring(dot));
        }
        return Optional.ofNullable(found);
    }
}
