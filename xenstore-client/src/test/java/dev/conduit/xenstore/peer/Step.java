package dev.conduit.xenstore.peer;

import dev.conduit.xenstore.wire.Operation;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One line of the conversation that something is answered to, and the answers. */
final class Step {

    private static final Pattern REQUEST = Pattern.compile("(?<who>\\d+[a-z]?)(?: @(?<tx>\\w+))?(?: \\*(?<times>\\d+))?"
            + " (?<what>[A-Z_]+|#\\d+)(?: len=(?<length>\\d+))? ?(?<payload>.*?)(?: -> (?<name>\\w+))?");

    private final String line;
    private final Matcher parts;
    private final Map<Side, String> answers = new EnumMap<>(Side.class);
    /** Why ours differs from the C daemon's answer: the key of a reason; null when it does not. */
    private String why;
    /** Whom this must not be asked: it would not answer any more. Its section ends here. */
    private Side skipped;

    Step(String line) {
        this.line = line;
        parts = REQUEST.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a request: " + line);
        }
    }

    String line() {
        return line;
    }

    /** The connection: a domain, and a letter when it has several. */
    String who() {
        return parts.group("who");
    }

    int times() {
        return parts.group("times") == null ? 1 : Integer.parseInt(parts.group("times"));
    }

    /** The name of a transaction started before, or a number; null outside. */
    String transaction() {
        return parts.group("tx");
    }

    /** Whether the connection just ends here: its domain is about to be released. */
    boolean leaves() {
        return parts.group("what").equals("LEAVE");
    }

    int type() {
        String what = parts.group("what");
        return what.startsWith("#") ? Integer.parseUnsignedInt(what.substring(1)) : Operation.valueOf(what).code();
    }

    byte[] payload(int index) {
        return Escapes.bytes(parts.group("payload"), index);
    }

    /** What the length field says; the payload's length when it tells the truth. */
    int length(int payload) {
        return parts.group("length") == null ? payload : Integer.parseUnsignedInt(parts.group("length"));
    }

    /** The name the transaction started here goes by; null when none is. */
    String startedName() {
        return parts.group("name");
    }

    Map<Side, String> answers() {
        return answers;
    }

    String why() {
        return why;
    }

    void setWhy(String reason) {
        why = reason;
    }

    Side skipped() {
        return skipped;
    }

    void setSkipped(Side side) {
        skipped = side;
    }

    boolean differs(Side one, Side other) {
        return answers.containsKey(one) && answers.containsKey(other)
                && !answers.get(one).equals(answers.get(other));
    }
}
