package dev.conduit.synjitsu.handover;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** What a {@code tcb} node says, {@code ((key value) ...)}, by its keys. Read without regular expressions: there may be thousands. */
final class TcbFields {

    private static final int MAX_BYTES = 1024;
    private static final int MAX_KEY = 16;
    private static final int MAX_VALUE = 32;
    private static final int MAX_DIGITS = 10;

    private final Map<String, String> values = new HashMap<>();

    private TcbFields() {}

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException when it is no such text; one line
     */
    static TcbFields read(byte[] text) {
        if (text.length > MAX_BYTES) {
            throw new IllegalArgumentException("tcb of " + text.length + " bytes is longer than " + MAX_BYTES);
        }
        TcbFields fields = new TcbFields();
        int last = text.length - 1;
        require(last > 0 && text[0] == '(' && text[last] == ')');
        for (int at = 1; at < last; ) {
            require(text[at] == '(');
            int keyEnd = end(text, at + 1, MAX_KEY, "-", 'z');
            require(text[keyEnd] == ' ');
            int valueEnd = end(text, keyEnd + 1, MAX_VALUE, "", 'f');
            require(text[valueEnd] == ')' && valueEnd < last);
            fields.add(string(text, at + 1, keyEnd), string(text, keyEnd + 1, valueEnd));
            at = text[valueEnd + 1] == ' ' ? valueEnd + 2 : valueEnd + 1;
        }
        return fields;
    }

    private static void require(boolean good) {
        if (!good) {
            throw new IllegalArgumentException("tcb is not of the form ((key value) ...)");
        }
    }

    /** Where a word of digits, letters up to the last one and others ends; its last byte is not that of the text. */
    private static int end(byte[] text, int from, int most, String others, char lastLetter) {
        int at = from;
        while (at < text.length - 1 && (text[at] >= '0' && text[at] <= '9' || text[at] >= 'a' && text[at] <= lastLetter
                || others.indexOf(text[at]) >= 0)) {
            at++;
        }
        require(at > from && at - from <= most);
        return at;
    }

    private static String string(byte[] text, int from, int to) {
        return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private void add(String key, String value) {
        if (values.put(key, value) != null) {
            throw new IllegalArgumentException("tcb has the field '" + key + "' twice");
        }
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** @throws IllegalArgumentException when it is not there */
    String text(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("tcb has no field '" + key + "'");
        }
        return value;
    }

    /** @throws IllegalArgumentException when it is not there, or no decimal number up to the most */
    int number(String key, long most) {
        String text = text(key);
        long number = text.length() <= MAX_DIGITS ? 0 : -1;
        for (int i = 0; i < text.length() && number >= 0; i++) {
            int digit = text.charAt(i) - '0';
            number = digit <= 9 ? 10 * number + digit : -1;
        }
        if (number < 0 || number > most) {
            throw new IllegalArgumentException("tcb field '" + key + "' is '" + text + "', not a number up to " + most);
        }
        return (int) number;
    }

    /** With its port, which has a field of its own. */
    InetSocketAddress address(String key) {
        String hex = text(key);
        if (hex.length() != 8 && hex.length() != 32) {
            throw new IllegalArgumentException("tcb field '" + key + "' is '" + hex + "', not an address");
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(HexFormat.of().parseHex(hex)), number(key + "-port", 0xFFFF));
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }
}
