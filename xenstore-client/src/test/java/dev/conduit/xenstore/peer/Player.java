package dev.conduit.xenstore.peer;

import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Holds a section of the conversation with a server.
 *
 * <p>To know all that a request caused, a harmless request follows it on every connection; what came before the answer to
 * that belongs to the step. Events are sorted, as their place among replies and each other is the server's choice, and so
 * are names of children; generation numbers are blanked.
 */
final class Player implements AutoCloseable {

    private static final int REQUEST_ID = 0x51;
    private static final int MARK = 0x1a5e;
    private static final int SHOWN_STRINGS = 12;

    private final Stage stage;
    private final UnaryOperator<Link> way;
    private final Map<String, Link> links = new LinkedHashMap<>();
    private final Map<String, Integer> transactions = new LinkedHashMap<>();

    /** Takes a server over; each connection to it goes the way given. */
    Player(Stage stage, UnaryOperator<Link> way) {
        this.stage = stage;
        this.way = way;
    }

    /** Introduces guests and gives each a home of its own. */
    void prepare(List<Integer> guests) {
        for (int guest : guests) {
            stage.prepare(guest);
            for (String line : List.of("0 INTRODUCE %d|1|7|", "0 WRITE /local/domain/%d|",
                    "0 SET_PERMS /local/domain/%d|n%<d|")) {
                String answer = play(new Step(line.formatted(guest)));
                if (!answer.equals("OK|")) {
                    throw new AssertionError(line.formatted(guest) + " was answered by " + answer);
                }
            }
        }
    }

    /** Sends a request as often as asked for; gives what came of it. */
    String play(Step step) {
        if (step.leaves()) {
            links.remove(step.who()).close();
            return "left";
        }
        Link own = links.computeIfAbsent(step.who(),
                who -> way.apply(stage.connect(Integer.parseInt(who.replaceAll("\\D", "")))));
        List<String> answers = new ArrayList<>();
        Map<String, Integer> events = new TreeMap<>();
        for (int i = 0; i < step.times(); i++) {
            own.send(request(step, i));
            String answer = String.join(" and ", collect(step, own, events));
            answers.add(answer.isEmpty() ? "no answer" : answer);
        }
        links.forEach((who, link) -> {
            if (link != own) {
                collect(null, link, events).forEach(answer -> answers.add("stray " + who + " " + answer));
            }
        });
        List<String> shown = runs(answers);
        if (events.size() > SHOWN_STRINGS) {
            shown.add(events.size() + " different events");
        } else {
            events.forEach((event, count) -> shown.add("event " + event + (count > 1 ? " x" + count : "")));
        }
        return String.join("; ", shown);
    }

    private byte[] request(Step step, int index) {
        byte[] payload = step.payload(index);
        int transaction = 0;
        if (step.transaction() != null) {
            Integer started = transactions.get(step.transaction());
            transaction = started != null ? started : Integer.parseUnsignedInt(step.transaction());
        }
        ByteBuffer bytes = new Message(step.type(), REQUEST_ID, transaction, payload).encoded();
        bytes.putInt(12, step.length(payload.length));
        return bytes.array();
    }

    private List<String> collect(Step step, Link link, Map<String, Integer> events) {
        List<String> replies = new ArrayList<>();
        link.send(Message.of(Operation.GET_DOMAIN_PATH, MARK, 0, new byte[] {'1', 0}).encoded().array());
        while (true) {
            Message message = link.receive();
            if (message == null) {
                replies.add("closed");
                return replies;
            }
            if (message.requestId() == MARK) {
                return replies;
            }
            if (message.type() == Operation.WATCH_EVENT.code()) {
                events.merge(name(link) + " " + Escapes.text(message.payload()), 1, Integer::sum);
            } else {
                String reply = reply(step, message);
                replies.add(reply.isEmpty() ? "empty" : reply);
            }
        }
    }

    private String name(Link link) {
        return links.entrySet().stream().filter(entry -> entry.getValue() == link).findAny().orElseThrow().getKey();
    }

    private String reply(Step step, Message message) {
        String text = Escapes.text(message.payload());
        if (message.type() == Operation.ERROR.code()) {
            return "! " + text;
        }
        if (step == null || message.requestId() != REQUEST_ID || message.type() != step.type()) {
            return "type " + message.type() + " request " + message.requestId() + " " + text;
        }
        if (message.type() == Operation.TRANSACTION_START.code()) {
            if (step.startedName() != null) {
                transactions.put(step.startedName(), Integer.parseUnsignedInt(text.substring(0, text.length() - 1)));
            }
            return "<transaction>|";
        }
        if (message.type() == Operation.DIRECTORY.code()) {
            return strings(text, 0, message.payload().length);
        }
        if (message.type() == Operation.DIRECTORY_PART.code()) {
            return "<generation>|" + strings(text, 1, message.payload().length - text.indexOf('|') - 1);
        }
        return text;
    }

    /** Sorted, the empty one that ends the last part of a directory at the end, and only some of many. */
    private static String strings(String text, int from, int bytes) {
        String[] strings = text.split("\\|", -1);
        List<String> sorted = Arrays.stream(strings, from, strings.length - 1)
                .sorted(Comparator.comparing(String::isEmpty).thenComparing(Comparator.naturalOrder())).toList();
        if (sorted.size() <= SHOWN_STRINGS) {
            return sorted.stream().map(name -> name + "|").collect(Collectors.joining());
        }
        return "%s|...|%s| (%d strings, %d bytes)".formatted(sorted.get(0), sorted.get(sorted.size() - 1),
                sorted.size(), bytes);
    }

    /** "OK| x3" for three equal answers in a row. */
    private static List<String> runs(List<String> answers) {
        List<String> runs = new ArrayList<>();
        for (int i = 0, end; i < answers.size(); i = end) {
            end = i + 1;
            while (end < answers.size() && answers.get(end).equals(answers.get(i))) {
                end++;
            }
            runs.add(answers.get(i) + (end - i > 1 ? " x" + (end - i) : ""));
        }
        return runs;
    }

    @Override
    public void close() {
        links.values().forEach(Link::close);
        stage.close();
    }
}
