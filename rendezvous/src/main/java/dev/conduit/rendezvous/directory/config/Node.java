package dev.conduit.rendezvous.directory.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of the file, with the line it begins on. */
sealed interface Node {

    int line();

    /** What it is, for messages. */
    String shown();

    /** As texts, numbers, truth values, lists and maps. */
    Object plain();

    /** The line of something below, named by keys and indices with dots between; of the deepest part that is there. */
    int lineOf(String path);

    /** A single value; {@code text} is how it was written, {@code value} null for nothing. */
    record Scalar(int line, Object value, String text) implements Node {

        @Override
        public String shown() {
            return value == null ? "nothing" : "'" + (text.length() > 80 ? text.substring(0, 80) + "..." : text) + "'";
        }

        @Override
        public Object plain() {
            return value == null ? "" : value;
        }

        @Override
        public int lineOf(String path) {
            return line;
        }
    }

    /** A list. */
    record Items(int line, List<Node> items) implements Node {

        @Override
        public String shown() {
            return "a list";
        }

        @Override
        public Object plain() {
            List<Object> plain = new ArrayList<>();
            items.forEach(item -> plain.add(item.plain()));
            return plain;
        }

        @Override
        public int lineOf(String path) {
            String[] parts = path.split("\\.", 2);
            for (int i = 0; i < items.size(); i++) {
                if (parts[0].equals(Integer.toString(i))) {
                    return items.get(i).lineOf(parts.length == 1 ? "" : parts[1]);
                }
            }
            return line;
        }
    }

    /** Keys and values. */
    record Section(int line, Map<String, Entry> entries) implements Node {

        /** A value and where its key stands. */
        record Entry(int line, Node value) {}

        @Override
        public String shown() {
            return "a map";
        }

        @Override
        public Object plain() {
            Map<String, Object> plain = new LinkedHashMap<>();
            entries.forEach((key, entry) -> plain.put(key, entry.value().plain()));
            return plain;
        }

        @Override
        public int lineOf(String path) {
            // Keys may have dots themselves, so the whole path is tried first.
            for (int end = path.length(); end > 0; end = path.lastIndexOf('.', end - 1)) {
                Entry entry = entries.get(path.substring(0, end));
                if (entry != null) {
                    return end == path.length() ? entry.line() : entry.value().lineOf(path.substring(end + 1));
                }
            }
            return line;
        }
    }
}
