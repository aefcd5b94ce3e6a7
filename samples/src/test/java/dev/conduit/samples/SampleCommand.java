package dev.conduit.samples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a sample. */
final class SampleCommand {

    private SampleCommand() {}

    static List<String> of(Class<?> sample, String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add(sample.getName());
        command.addAll(List.of(args));
        return command;
    }
}
