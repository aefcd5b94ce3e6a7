package dev.conduit.cli.xenstore;

/** Numbers as strtol(3) reads them: blanks, a sign, then digits; what follows is ignored. */
final class CNumber {

    private CNumber() {}

    /** Returns the decimal number at the front, 0 when there is none, the nearest long when it is beyond. */
    static long parse(String text) {
        int i = 0;
        while (i < text.length() && isBlank(text.charAt(i))) {
            i++;
        }
        boolean negative = i < text.length() && text.charAt(i) == '-';
        if (negative || i < text.length() && text.charAt(i) == '+') {
            i++;
        }
        int first = i;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        if (i == first) {
            return 0;
        }
        try {
            return Long.parseLong((negative ? "-" : "") + text.substring(first, i));
        } catch (NumberFormatException beyond) {
            return negative ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** What isspace(3) says in the C locale. */
    static boolean isBlank(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }
}
