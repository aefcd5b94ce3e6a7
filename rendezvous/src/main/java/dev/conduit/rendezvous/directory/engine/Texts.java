package dev.conduit.rendezvous.directory.engine;

import java.time.Duration;
import java.util.Locale;

/** How things are called in messages. */
final class Texts {

    private static final long SECONDS_FROM = 10_000;

    private Texts() {}

    static String shown(Duration duration) {
        long millis = duration.toMillis();
        return millis < SECONDS_FROM ? millis + " ms" : millis / 1000 + " s";
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
