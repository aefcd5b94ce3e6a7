package dev.conduit.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of another JVM like this one, for a second process. */
public final class JavaCommand {

    private static final int USUAL_HEAP = 256;

    private JavaCommand() {}

    /** Returns a list that may be added to. */
    static List<String> of(Class<?> main, String... arguments) {
        return of(USUAL_HEAP, main, arguments);
    }

    /**
     * Makes a command line.
     *
     * @param megabytes largest heap, MiB
     * @param main the class to run
     * @param arguments its arguments
     * @return a list that may be added to
     */
    public static List<String> of(int megabytes, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-Xmx" + megabytes + "m"));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
