package dev.conduit.cli.xenstore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The last arguments of this process as the bytes they were given in. Java decodes its arguments by the locale; in the
 * C locale, or when they are no text in it, that loses bytes a value may well have.
 */
final class RawArguments {

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private RawArguments() {}

    /** Returns the arguments with one char a byte; those Java could not have decoded differently are trusted. */
    static List<String> of(List<String> decoded) {
        if (decoded.stream().allMatch(RawArguments::isAscii)) {
            return decoded;
        }
        List<String> raw = lastOfProcess(decoded.size());
        boolean same = raw.size() == decoded.size();
        List<String> utf8 = new ArrayList<>();
        for (int i = 0; i < decoded.size(); i++) {
            String argument = decoded.get(i);
            same = same && (!isAscii(argument) || argument.equals(raw.get(i)));
            utf8.add(new String(argument.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        }
        return same ? raw : utf8;
    }

    private static List<String> lastOfProcess(int count) {
        try {
            String all = new String(Files.readAllBytes(COMMAND_LINE), StandardCharsets.ISO_8859_1);
            // Every argument ends with a NUL, so what is behind the last one is none.
            String[] words = all.split("\0", -1);
            return List.of(words).subList(Math.max(0, words.length - 1 - count), words.length - 1);
        } catch (IOException e) {
            return List.of();
        }
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
