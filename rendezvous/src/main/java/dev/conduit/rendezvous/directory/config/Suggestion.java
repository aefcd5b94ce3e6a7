package dev.conduit.rendezvous.directory.config;

import java.util.Collection;
import java.util.Comparator;

/** What somebody may have meant. */
final class Suggestion {

    private static final int NEAR = 2;

    private Suggestion() {}

    /** A sentence to add to a message; the nearest word, or all when none is near. */
    static String of(String word, Collection<String> words) {
        return words.stream().filter(known -> distance(word, known) <= NEAR)
                .min(Comparator.comparingInt(known -> distance(word, known)))
                .map(known -> "; did you mean '" + known + "'?")
                .orElse("; known are " + String.join(", ", words));
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
