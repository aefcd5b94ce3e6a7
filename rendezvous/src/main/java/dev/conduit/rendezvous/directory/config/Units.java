package dev.conduit.rendezvous.directory.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and sizes as people write them. */
final class Units {

    private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,9})([a-zA-Z]+)");
    private static final Pattern PLAIN = Pattern.compile("[0-9]{1,18}");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Map<String, Long> BYTES = Map.of("k", 1L << 10, "m", 1L << 20, "g", 1L << 30, "t", 1L << 40);

    private Units() {}

    static Optional<Duration> duration(String text) {
        return quantity(text, MILLIS).map(Duration::ofMillis);
    }

    /** A number of bytes, or with a unit, which is a power of 1024 and in either case. */
    static Optional<Long> size(String text) {
        return PLAIN.matcher(text).matches() ? Optional.of(Long.parseLong(text))
                : quantity(text.toLowerCase(Locale.ROOT), BYTES);
    }

    private static Optional<Long> quantity(String text, Map<String, Long> units) {
        Matcher matcher = QUANTITY.matcher(text);
        if (!matcher.matches() || !units.containsKey(matcher.group(2))) {
            return Optional.empty();
        }
        return Optional.of(Math.multiplyExact(Long.parseLong(matcher.group(1)), units.get(matcher.group(2))));
    }

    static String shown(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
