package dev.conduit.rendezvous.layout;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The value of {@code /conduit/flows/<flow>}: an s-expression such as {@code (refused (reason backlog-full))}.
 *
 * <p>A state and up to {@value #MAX_FIELDS} pairs of a key and one atom, in at most {@value #MAX_BYTES} bytes. Readers
 * pass over keys they do not know.
 *
 * @param state first word
 * @param fields key to value, in the order written; unmodifiable
 */
public record FlowRecord(FlowState state, Map<String, String> fields) {

    /** Longest record, in bytes: well inside the 2048 bytes XenStore gives a node. */
    public static final int MAX_BYTES = 1024;
    /** Most fields in a record. */
    public static final int MAX_FIELDS = 16;
    /** Longest key or value, in characters. */
    public static final int MAX_ATOM = 64;

    /** Key: the name that was asked for. */
    public static final String SERVER = "server";
    /** Key: the client's name; only claimed while connecting, checked by the server once established. */
    public static final String CLIENT = "client";
    /** Key: the name of the connection's node in {@code listen}, {@code established} and {@code data/vchan}. */
    public static final String CONNECTION = "connection";
    /** Key: why the server refused. */
    public static final String REASON = "reason";
    /** Key: which side closed first. */
    public static final String BY = "by";

    /**
     * Checks the bounds.
     *
     * @param state first word
     * @param fields key to value
     * @throws IllegalArgumentException when there are too many fields, or one is no atom
     */
    public FlowRecord {
        if (fields.size() > MAX_FIELDS) {
            throw new IllegalArgumentException("flow record has more than " + MAX_FIELDS + " fields");
        }
        fields.forEach((key, value) -> {
            checkAtom(key);
            checkAtom(value);
        });
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /**
     * Makes a record without fields.
     *
     * @param state first word
     */
    public FlowRecord(FlowState state) {
        this(state, Map.of());
    }

    /**
     * Reads a record, which may come from a hostile domain.
     *
     * @param value raw value of the node
     * @return the record
     * @throws IllegalArgumentException when it is no record, or beyond a bound; one line that names what
     */
    public static FlowRecord parse(byte[] value) {
        if (value.length > MAX_BYTES) {
            throw new IllegalArgumentException("flow record of " + value.length + " bytes is longer than " + MAX_BYTES);
        }
        return new FlowParser(new String(value, StandardCharsets.ISO_8859_1)).record();
    }

    /**
     * Returns a copy with one more field, or another value for it.
     *
     * @param key the field
     * @param value its value
     * @return the copy
     */
    public FlowRecord with(String key, String value) {
        Map<String, String> copy = new LinkedHashMap<>(fields);
        copy.put(key, value);
        return new FlowRecord(state, copy);
    }

    /**
     * Returns a field.
     *
     * @param key the field
     * @return its value, or the empty text, which is no atom
     */
    public String field(String key) {
        return fields.getOrDefault(key, "");
    }

    /** Returns the s-expression. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder().append('(').append(state.word());
        fields.forEach((key, value) -> text.append(" (").append(key).append(' ').append(value).append(')'));
        return text.append(')').toString();
    }

    static boolean isAtomCharacter(char character) {
        return ConduitNames.isNameCharacter(character) || "./:@+".indexOf(character) >= 0;
    }

    private static void checkAtom(String atom) {
        boolean good = !atom.isEmpty() && atom.length() <= MAX_ATOM
                && atom.chars().allMatch(character -> isAtomCharacter((char) character));
        if (!good) {
            throw new IllegalArgumentException("'" + ConduitNames.shown(atom) + "' in a flow record is not 1 to "
                    + MAX_ATOM + " characters of A-Z a-z 0-9 - _ . / : @ +");
        }
    }
}
