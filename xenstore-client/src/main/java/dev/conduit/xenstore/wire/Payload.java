package dev.conduit.xenstore.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Strings in payloads: each ends with a NUL byte; bytes map to characters one to one. */
public final class Payload {

    private static final byte[] EMPTY = {};

    private Payload() {
    }

    /**
     * Joins strings, each with its NUL.
     *
     * @param strings characters up to 255
     * @return the payload
     */
    public static byte[] strings(String... strings) {
        int length = 0;
        for (String string : strings) {
            length += string.length() + 1;
        }
        byte[] payload = new byte[length];
        int at = 0;
        for (String string : strings) {
            byte[] bytes = bytes(string);
            System.arraycopy(bytes, 0, payload, at, bytes.length);
            at += bytes.length + 1;
        }
        return payload;
    }

    /**
     * Joins one string with its NUL and raw bytes.
     *
     * @param string characters up to 255
     * @param tail raw bytes, no NUL is added
     * @return the payload
     */
    public static byte[] stringAndBytes(String string, byte[] tail) {
        byte[] head = bytes(string);
        byte[] payload = new byte[head.length + 1 + tail.length];
        System.arraycopy(head, 0, payload, 0, head.length);
        System.arraycopy(tail, 0, payload, head.length + 1, tail.length);
        return payload;
    }

    /**
     * Cuts a payload at its NUL bytes; what stands behind the last one counts as a string, too.
     *
     * @param payload bytes
     * @return the strings, possibly none
     */
    public static List<String> split(byte[] payload) {
        List<String> strings = new ArrayList<>();
        int from = 0;
        while (from < payload.length) {
            int end = indexOfNul(payload, from);
            strings.add(text(payload, from, end));
            from = end + 1;
        }
        return strings;
    }

    /**
     * Finds the next NUL.
     *
     * @param payload bytes
     * @param from where to begin
     * @return its index, or the length when there is none
     */
    public static int indexOfNul(byte[] payload, int from) {
        int at = from;
        while (at < payload.length && payload[at] != 0) {
            at++;
        }
        return at;
    }

    /**
     * Reads characters, one a byte.
     *
     * @param payload bytes
     * @param from first
     * @param to behind the last
     * @return the string
     */
    public static String text(byte[] payload, int from, int to) {
        return new String(payload, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /**
     * Writes characters, one a byte.
     *
     * @param text characters up to 255
     * @return the bytes, without NUL
     */
    public static byte[] bytes(String text) {
        return text.isEmpty() ? EMPTY : text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
