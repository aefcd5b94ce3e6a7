package dev.conduit.rendezvous.layout;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * What the steward writes over an {@link Ask}.
 *
 * @param verdict first word
 * @param text the rest: whom it is about, or why
 */
public record Answer(Verdict verdict, String text) {

    /** Longest text, in characters. */
    public static final int MAX_TEXT = 200;

    /** The first word. */
    public enum Verdict {
        /** It is made, and belongs to the domain that asked; the text is the domain that has the name. */
        DONE,
        /** Not made, and what stands in {@code /conduit} says why: it is to be looked at again. */
        AGAIN,
        /** Not made; the text says why. */
        REFUSED;

        private final String word = name().toLowerCase(Locale.ROOT);
    }

    /**
     * Cuts the text to its bound.
     *
     * @param verdict first word
     * @param text the rest
     */
    public Answer {
        text = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    }

    /**
     * Reads the value of an ask's node.
     *
     * @param value raw value
     * @return the answer; empty when it is none (yet)
     */
    public static Optional<Answer> parse(byte[] value) {
        String text = new String(value, StandardCharsets.UTF_8);
        for (Verdict verdict : Verdict.values()) {
            if (text.startsWith(verdict.word + " ")) {
                return Optional.of(new Answer(verdict, text.substring(verdict.word.length() + 1)));
            }
        }
        return Optional.empty();
    }

    /** Returns the value of the node. */
    @Override
    public String toString() {
        return verdict.word + " " + text;
    }
}
