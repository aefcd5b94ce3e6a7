package dev.conduit.cli.xenstore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The command lines of commands.txt, one char a byte. */
final class CommandLines {

    /** One of them: which tool, its arguments, and whether domain 5 runs it. */
    record Line(String text, boolean guest, String tool, List<String> arguments) {}

    private CommandLines() {}

    static List<Line> all() throws IOException {
        try (InputStream in = CommandLines.class.getResourceAsStream("commands.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(CommandLines::parse)
                    .toList();
        }
    }

    private static Line parse(String text) {
        boolean guest = text.startsWith("5: ");
        List<String> words = words(guest ? text.substring(3) : text);
        return new Line(text, guest, words.get(0), words.subList(1, words.size()));
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int i = 0;
        while (i < text.length()) {
            boolean quoted = text.charAt(i) == '\'';
            int from = quoted ? i + 1 : i;
            int end = text.indexOf(quoted ? '\'' : ' ', from);
            end = end < 0 ? text.length() : end;
            words.add(text.substring(from, end));
            i = quoted ? end + 2 : end + 1;
        }
        return words;
    }
}
