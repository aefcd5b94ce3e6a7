package dev.conduit.core.posix;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Strings as C functions take them. */
public final class CString {

    private CString() {
    }

    /**
     * Encodes text in UTF-8 with a zero byte after it.
     *
     * @param text the text
     * @return a fresh array
     * @throws IllegalArgumentException when the text contains a zero character, where C would silently end it
     */
    public static byte[] encode(String text) {
        int zero = text.indexOf('\0');
        if (zero >= 0) {
            throw new IllegalArgumentException("'" + text.replace("\0", "\\0") + "' contains a zero character at index "
                    + zero);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}
