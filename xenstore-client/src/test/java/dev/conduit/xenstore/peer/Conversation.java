package dev.conduit.xenstore.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The recorded conversation: sections that each begin with an empty store, in them requests and what each server
 * answers.
 * The format stands at the top of the file itself.
 */
final class Conversation {

    private static final Pattern ANSWER = Pattern.compile("  (?<sides>all|[a-z,]+): (?<answer>.*)");
    private static final Pattern REASON = Pattern.compile("reason (?<key>[a-z-]+): (?<text>.*)");

    private final List<Object> lines = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();
    private final Map<String, String> reasons = new LinkedHashMap<>();

    /** One part; its guests are introduced and have a home of their own when it begins. */
    record Section(String title, List<Integer> guests, List<Step> steps) {

        @Override
        public String toString() {
            return title;
        }
    }

    static Conversation load() {
        try (var in = Conversation.class.getResourceAsStream("conversation.txt")) {
            return new Conversation(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Conversation(String text) {
        text.lines().forEach(this::add);
    }

    private void add(String line) {
        if (line.isBlank() || line.startsWith("#")) {
            lines.add(line);
        } else if (line.startsWith("  ")) {
            addAnswer(line);
        } else if (line.startsWith("== ")) {
            sections.add(new Section(line.substring(3), new ArrayList<>(), new ArrayList<>()));
            lines.add(line);
        } else if (line.startsWith("guests ")) {
            for (String guest : line.substring("guests ".length()).split(" ")) {
                last(sections).guests().add(Integer.parseInt(guest));
            }
            lines.add(line);
        } else if (line.startsWith("reason ")) {
            Matcher reason = REASON.matcher(line);
            require(reason.matches(), line);
            reasons.put(reason.group("key"), reason.group("text"));
            lines.add(line);
        } else {
            Step step = new Step(line);
            last(sections).steps().add(step);
            lines.add(step);
        }
    }

    private void addAnswer(String line) {
        Step step = last(last(sections).steps());
        if (line.startsWith("  why: ")) {
            step.setWhy(line.substring("  why: ".length()));
            return;
        }
        if (line.startsWith("  skip: ")) {
            step.setSkipped(Side.of(line.substring("  skip: ".length())));
            return;
        }
        Matcher answer = ANSWER.matcher(line);
        require(answer.matches(), line);
        for (Side side : Side.values()) {
            if (answer.group("sides").equals("all") || List.of(answer.group("sides").split(",")).contains(side.key())) {
                step.answers().put(side, answer.group("answer"));
            }
        }
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }

    private static void require(boolean condition, String line) {
        if (!condition) {
            throw new IllegalArgumentException("not understood: " + line);
        }
    }

    List<Section> sections() {
        return sections;
    }

    /** Texts by key. */
    Map<String, String> reasons() {
        return reasons;
    }

    /** The file with the answers as they are now. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (Object line : lines) {
            if (line instanceof Step step) {
                text.append(step.line()).append('\n');
                appendAnswers(text, step);
            } else {
                text.append(line).append('\n');
            }
        }
        return text.toString();
    }

    private static void appendAnswers(StringBuilder text, Step step) {
        Map<String, List<String>> sides = new LinkedHashMap<>();
        step.answers().forEach((side, answer) ->
                sides.computeIfAbsent(answer, any -> new ArrayList<>()).add(side.key()));
        sides.forEach((answer, keys) -> text.append("  ")
                .append(keys.size() == Side.values().length ? "all" : String.join(",", keys))
                .append(": ").append(answer).append('\n'));
        if (step.skipped() != null) {
            text.append("  skip: ").append(step.skipped().key()).append('\n');
        }
        if (step.why() != null) {
            text.append("  why: ").append(step.why()).append('\n');
        }
    }
}
