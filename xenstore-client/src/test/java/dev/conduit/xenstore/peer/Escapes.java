package dev.conduit.xenstore.peer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Payloads as text: {@code |} is NUL, {@code \xHH} a byte, {@code {2048*x}} a run, {@code {i}} the number of a repeated
 * request in four digits.
 */
final class Escapes {

    private static final Pattern RUN = Pattern.compile("\\{(\\d+)\\*(.)}");
    private static final Pattern SAME = Pattern.compile("(.)\\1{15,}");

    private Escapes() {
    }

    static byte[] bytes(String text, int index) {
        String whole = RUN.matcher(text.replace("{i}", "%04d".formatted(index)))
                .replaceAll(run -> Matcher.quoteReplacement(run.group(2).repeat(Integer.parseInt(run.group(1)))));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < whole.length(); i++) {
            char c = whole.charAt(i);
            if (c == '\\') {
                bytes.write(Integer.parseInt(whole.substring(i + 2, i + 4), 16));
                i += 3;
            } else {
                bytes.write(c == '|' ? 0 : c);
            }
        }
        return bytes.toByteArray();
    }

    static String text(byte[] payload) {
        StringBuilder text = new StringBuilder();
        for (char c : new String(payload, StandardCharsets.ISO_8859_1).toCharArray()) {
            if (c == 0) {
                text.append('|');
            } else if (c < ' ' || c > '~' || "|\\{};".indexOf(c) >= 0) {
                text.append("\\x%02x".formatted((int) c));
            } else {
                text.append(c);
            }
        }
        return SAME.matcher(text).replaceAll(run -> "{" + run.group().length() + "*"
                + Matcher.quoteReplacement(run.group(1)) + "}");
    }
}
