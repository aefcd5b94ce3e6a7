package dev.conduit.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How a demo guest and the demo talk: lines of tab-separated words on standard output and input. */
final class DemoLine {

    private static final BufferedReader IN =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    private DemoLine() {}

    static void say(Object... words) {
        System.out.println(Arrays.stream(words).map(String::valueOf).collect(Collectors.joining("\t")));
        System.out.flush();
    }

    static void hear() throws IOException {
        if (IN.readLine() == null) {
            throw new IOException("the demo ended while a guest waited for it");
        }
    }
}
