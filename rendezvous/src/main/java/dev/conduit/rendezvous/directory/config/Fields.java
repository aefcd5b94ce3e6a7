package dev.conduit.rendezvous.directory.config;

import dev.conduit.rendezvous.directory.config.Node.Items;
import dev.conduit.rendezvous.directory.config.Node.Scalar;
import dev.conduit.rendezvous.directory.config.Node.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Takes the keys of one section; whatever is wrong becomes a problem, and the reading goes on. */
final class Fields {

    private static final String DURATION = "a duration such as 500ms, 5s, 2m or 1h";
    private static final String SIZE = "a size such as 64m or 2g";

    private final Section section;
    private final List<Problem> problems;
    private final Set<String> known = new LinkedHashSet<>();

    Fields(Section section, List<Problem> problems) {
        this.section = section;
        this.problems = problems;
    }

    int line() {
        return section.line();
    }

    /** The line of a key, or of the section when it is not there. */
    int line(String key) {
        Section.Entry entry = section.entries().get(key);
        return entry == null ? section.line() : entry.line();
    }

    void problem(String key, String message) {
        problems.add(new Problem(line(key), message));
    }

    Optional<Node> node(String key) {
        known.add(key);
        Section.Entry entry = section.entries().get(key);
        return entry == null ? Optional.empty() : Optional.of(entry.value());
    }

    private void wrong(String key, Node found, String wanted) {
        problem(key, "'" + key + "' is " + found.shown() + ", not " + wanted);
    }

    Optional<Section> section(String key) {
        Optional<Node> node = node(key);
        if (node.isPresent() && !(node.get() instanceof Section)) {
            wrong(key, node.get(), "a map of keys and values");
            return Optional.empty();
        }
        return node.map(Section.class::cast);
    }

    /** A value that is written as one word, number or text. */
    Optional<String> text(String key) {
        Optional<Node> node = node(key);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (node.get() instanceof Scalar scalar && scalar.value() != null && !scalar.text().isEmpty()) {
            return Optional.of(scalar.text());
        }
        wrong(key, node.get(), "a text");
        return Optional.empty();
    }

    /** The texts of a list; a single one may stand without it. */
    List<Scalar> texts(String key) {
        Optional<Node> node = node(key);
        List<Scalar> texts = new ArrayList<>();
        if (node.isPresent()) {
            List<Node> items = node.get() instanceof Items list ? list.items() : List.of(node.get());
            for (Node item : items) {
                if (item instanceof Scalar scalar && scalar.value() != null) {
                    texts.add(scalar);
                } else {
                    problems.add(new Problem(item.line(), "'" + key + "' has " + item.shown() + ", not a text"));
                }
            }
        }
        return texts;
    }

    int integer(String key, int absent, int least, int most) {
        return (int) bounded(key, absent, least, most);
    }

    private long bounded(String key, long absent, long least, long most) {
        Optional<Node> node = node(key);
        if (node.isEmpty()) {
            return absent;
        }
        if (node.get() instanceof Scalar scalar && scalar.value() instanceof Number number
                && (number instanceof Integer || number instanceof Long)
                && number.longValue() >= least && number.longValue() <= most) {
            return number.longValue();
        }
        wrong(key, node.get(), "a number from " + least + " to " + most);
        return absent;
    }

    boolean truth(String key, boolean absent) {
        Optional<Node> node = node(key);
        if (node.isPresent() && !(node.get() instanceof Scalar scalar && scalar.value() instanceof Boolean)) {
            wrong(key, node.get(), "true or false");
            return absent;
        }
        return node.map(value -> (Boolean) ((Scalar) value).value()).orElse(absent);
    }

    /** One of some words, which are the lower-case names of the constants. */
    <T extends Enum<T>> T word(String key, T absent) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return absent;
        }
        List<String> words = new ArrayList<>();
        for (T constant : absent.getDeclaringClass().getEnumConstants()) {
            String word = constant.name().toLowerCase(Locale.ROOT);
            if (word.equals(text.get())) {
                return constant;
            }
            words.add(word);
        }
        problem(key, "'" + key + "' is '" + text.get() + "', not one of " + String.join(", ", words));
        return absent;
    }

    /** A time of at least 1 ms; a bare number has no unit and is refused. */
    Duration duration(String key, Duration absent, Duration most) {
        Optional<Node> node = node(key);
        if (node.isEmpty()) {
            return absent;
        }
        Optional<Duration> value = node.get() instanceof Scalar scalar ? Units.duration(scalar.text())
                : Optional.empty();
        if (value.isEmpty()) {
            wrong(key, node.get(), DURATION);
            return absent;
        }
        if (value.get().isZero() || value.get().compareTo(most) > 0) {
            wrong(key, node.get(), "between 1ms and " + Units.shown(most));
            return absent;
        }
        return value.get();
    }

    long size(String key, long absent) {
        Optional<Node> node = node(key);
        if (node.isEmpty()) {
            return absent;
        }
        Optional<Long> value = node.get() instanceof Scalar scalar ? Units.size(scalar.text()) : Optional.empty();
        if (value.isEmpty() || value.get() <= 0) {
            wrong(key, node.get(), SIZE);
            return absent;
        }
        return value.get();
    }

    /** To be called last: every key that nothing asked for is a problem. */
    void finish() {
        section.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                problems.add(new Problem(entry.line(), "unknown key '" + key + "'" + Suggestion.of(key, known)));
            }
        });
    }
}
