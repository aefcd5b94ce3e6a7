package dev.conduit.cli.xenstore;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How wide the terminal is that standard output goes to. */
final class TerminalWidth {

    private static final Path OUTPUT = Path.of("/proc/self/fd/1");
    private static final Pattern ROWS_AND_COLUMNS = Pattern.compile("\\d+ (\\d{1,5})\\s*");

    private TerminalWidth() {}

    /** Returns the columns, or nothing when standard output is no terminal. */
    static OptionalInt ofOutput() {
        try {
            Path output = Files.readSymbolicLink(OUTPUT);
            if (!output.startsWith("/dev") || output.equals(Path.of("/dev/null"))) {
                return OptionalInt.empty();
            }
            // Java has no call for this; stty(1) is there wherever a terminal is.
            Process stty = new ProcessBuilder("stty", "size").redirectInput(new File(output.toString()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            try (InputStream answer = stty.getInputStream()) {
                Matcher size = ROWS_AND_COLUMNS.matcher(
                        new String(answer.readAllBytes(), StandardCharsets.US_ASCII));
                return size.matches() ? OptionalInt.of(Integer.parseInt(size.group(1))) : OptionalInt.empty();
            }
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }
}
