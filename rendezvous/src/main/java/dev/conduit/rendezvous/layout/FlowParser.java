package dev.conduit.rendezvous.layout;

import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code (state (key value) ...)}; spaces separate. One pass, no recursion. */
final class FlowParser {

    private final String text;
    private int position;

    FlowParser(String text) {
        this.text = text;
    }

    FlowRecord record() {
        Map<String, String> fields = new LinkedHashMap<>();
        expect('(');
        FlowState state = FlowState.of(atom());
        while (peek() == '(') {
            expect('(');
            String key = atom();
            String value = atom();
            expect(')');
            if (fields.put(key, value) != null) {
                throw new IllegalArgumentException("flow record has the field '" + key + "' twice");
            }
        }
        expect(')');
        if (peek() != 0) {
            throw wrong("the end");
        }
        return new FlowRecord(state, fields);
    }

    private String atom() {
        peek();
        int start = position;
        while (position < text.length() && FlowRecord.isAtomCharacter(text.charAt(position))) {
            position++;
        }
        if (position == start) {
            throw wrong("a word");
        }
        return text.substring(start, position);
    }

    private void expect(char character) {
        if (peek() != character) {
            throw wrong("'" + character + "'");
        }
        position++;
    }

    /** Skips spaces; the character there, or 0 at the end (a real 0 is no part of a record either way). */
    private char peek() {
        while (position < text.length() && text.charAt(position) == ' ') {
            position++;
        }
        return position < text.length() ? text.charAt(position) : 0;
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("flow record '" + ConduitNames.shown(text) + "' has no " + expected
                + " at position " + position);
    }
}
