package dev.conduit.cli.xenstore;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Values as text in which every byte can be told: {@code \t \n \r \\}, three octal digits below 8, two hexadecimal
 * digits for all other bytes that are not printable ASCII.
 */
final class Escapes {

    private static final int HEX_WIDTH = 2;
    private static final int OCTAL_WIDTH = 3;

    private Escapes() {}

    /** Returns the value as printable ASCII. */
    static String escape(byte[] value) {
        StringBuilder text = new StringBuilder(value.length);
        for (byte b : value) {
            int c = b & 0xFF;
            switch (c) {
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\\' -> text.append("\\\\");
                default -> {
                    if (c >= ' ' && c < 0x7F) {
                        text.append((char) c);
                    } else if (c < 8) {
                        text.append("\\00").append(c);
                    } else {
                        text.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
                    }
                }
            }
        }
        return text.toString();
    }

    /**
     * Reads text with escapes, one char a byte. What is no escape stands for itself without the backslash; a backslash
     * at the end is a NUL, as the tools have it.
     */
    static byte[] unescape(String text) {
        ByteArrayOutputStream value = new ByteArrayOutputStream(text.length());
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c != '\\') {
                value.write(c);
            } else if (i == text.length()) {
                value.write(0);
            } else {
                i = unescape(text, i, value);
            }
        }
        return value.toByteArray();
    }

    /** Reads one escape that begins behind its backslash; returns where it ends. */
    private static int unescape(String text, int at, ByteArrayOutputStream value) {
        char kind = text.charAt(at);
        int end = at + 1;
        switch (kind) {
            case 't' -> value.write('\t');
            case 'n' -> value.write('\n');
            case 'r' -> value.write('\r');
            case 'x' -> end = hex(text, end, value);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                end = digits(text, at, OCTAL_WIDTH, 8);
                value.write(Integer.parseInt(text.substring(at, end), 8));
            }
            default -> value.write(kind);
        }
        return end;
    }

    /** As scanf(3) reads {@code %2x}: blanks before are skipped, a sign or {@code 0x} counts in the width. */
    private static int hex(String text, int at, ByteArrayOutputStream value) {
        int first = at;
        while (first < text.length() && CNumber.isBlank(text.charAt(first))) {
            first++;
        }
        if (text.startsWith("0x", first) || text.startsWith("0X", first)) {
            value.write(0);
            return first + HEX_WIDTH;
        }
        boolean negative = text.startsWith("-", first);
        int sign = negative || text.startsWith("+", first) ? 1 : 0;
        int end = digits(text, first + sign, HEX_WIDTH - sign, 16);
        if (end == first + sign) {
            value.write('x');
            return at;
        }
        int number = Integer.parseInt(text.substring(first + sign, end), 16);
        value.write(negative ? -number : number);
        return end;
    }

    private static int digits(String text, int from, int most, int radix) {
        int end = from;
        while (end < text.length() && end < from + most && isDigit(text.charAt(end), radix)) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(char c, int radix) {
        return c < 0x80 && Character.digit(c, radix) >= 0;
    }

    /** Returns the bytes of a text that has one char a byte. */
    static byte[] raw(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
