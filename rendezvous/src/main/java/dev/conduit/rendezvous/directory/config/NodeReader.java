package dev.conduit.rendezvous.directory.config;

import dev.conduit.rendezvous.directory.config.Node.Items;
import dev.conduit.rendezvous.directory.config.Node.Scalar;
import dev.conduit.rendezvous.directory.config.Node.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;

/** Reads YAML into nodes that know their lines. */
final class NodeReader {

    /** Far more than ten thousand services take. */
    private static final int MAX_CHARACTERS = 64 << 20;
    private static final int MAX_DEPTH = 50;
    /** Keys that are there twice are reported with all else that is wrong. */
    private static final YAMLFactory YAML = YAMLFactory.builder()
            .loadSettings(LoadSettings.builder().setCodePointLimit(MAX_CHARACTERS).setAllowDuplicateKeys(true).build())
            .build();

    private final List<Problem> problems;
    private final JsonParser parser;

    private NodeReader(JsonParser parser, List<Problem> problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /** Reads one document; empty, with a problem, when it is no YAML. */
    static Optional<Node> read(String text, List<Problem> problems) {
        try (JsonParser parser = YAML.createParser(ObjectReadContext.empty(), text)) {
            NodeReader reader = new NodeReader(parser, problems);
            Node root = parser.nextToken() == null ? new Section(1, Map.of()) : reader.node(0);
            if (parser.nextToken() != null) {
                problems.add(new Problem(reader.line(), "a second document begins here; one is read"));
            }
            return Optional.of(root);
        } catch (JacksonException malformed) {
            int line = malformed.getLocation() == null ? 1 : Math.max(1, malformed.getLocation().getLineNr());
            problems.add(new Problem(line, "no YAML: " + text(malformed)));
            return Optional.empty();
        }
    }

    /** What the parser was at and what it found, without its picture of the place. */
    private static String text(JacksonException malformed) {
        List<String> lines = malformed.getOriginalMessage().lines().map(String::strip).filter(line -> !line.isEmpty())
                .toList();
        String found = lines.stream().skip(1).filter(line -> line.matches("(found|expected|could not) .*"))
                .findFirst().map(line -> ": " + line).orElse("");
        return lines.isEmpty() ? "it cannot be read" : lines.get(0) + found;
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    private Node node(int depth) {
        int line = line();
        if (depth > MAX_DEPTH) {
            problems.add(new Problem(line, "nested deeper than " + MAX_DEPTH + " levels"));
            parser.skipChildren();
            return new Scalar(line, null, "");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> section(line, depth);
            case START_ARRAY -> items(line, depth);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    new Scalar(line, parser.getNumberValue(), parser.getString());
            case VALUE_TRUE, VALUE_FALSE -> new Scalar(line, parser.getBooleanValue(), parser.getString());
            case VALUE_NULL -> new Scalar(line, null, "");
            default -> new Scalar(line, parser.getString(), parser.getString());
        };
    }

    private Items items(int line, int depth) {
        List<Node> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(depth + 1));
        }
        return new Items(line, items);
    }

    private Section section(int line, int depth) {
        Map<String, Section.Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            int keyLine = line();
            parser.nextToken();
            Section.Entry earlier = entries.put(key, new Section.Entry(keyLine, node(depth + 1)));
            if (earlier != null) {
                problems.add(new Problem(keyLine, "'" + key + "' is there twice, first on line " + earlier.line()));
            }
        }
        return new Section(line, entries);
    }
}
