package dev.conduit.synjitsu.handover;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * What one side says of the hand-over: a word and the generation it is about, such as {@code frozen 3}.
 *
 * @param word what it has done or wants
 * @param generation counts the hand-overs of a service, from 1; none is used twice
 */
record Turn(Word word, long generation) {

    /** The front says the first three, the service the others. */
    enum Word {
        /** The front owns the connections. */
        HOLDING,
        /** The front has stopped handling them, for the service to take them. */
        FROZEN,
        /** The service owns them. */
        RELEASED,
        /** The service is ready to take them. */
        PREPARE,
        /** The service has taken them. */
        COMMIT,
        /** The service cannot take them. */
        ABORT;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Longest text; more is nobody's turn. */
    private static final int MAX_BYTES = 32;

    boolean is(Word wanted, long of) {
        return word == wanted && generation == of;
    }

    /** Reads a node that a guest may have written; empty when it is no turn. */
    static Optional<Turn> parse(byte[] value) {
        String[] words = new String(value, 0, Math.min(value.length, MAX_BYTES + 1), StandardCharsets.ISO_8859_1).split(" ", -1);
        if (value.length > MAX_BYTES || words.length != 2 || !words[1].matches("[1-9][0-9]{0,17}")) {
            return Optional.empty();
        }
        for (Word word : Word.values()) {
            if (word.text().equals(words[0])) {
                return Optional.of(new Turn(word, Long.parseLong(words[1])));
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return word.text() + " " + generation;
    }
}
