package dev.conduit.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of another JVM, for a second process with the same classes. */
public final class JavaCommand {

    private static final int USUAL_HEAP = 256;

    private JavaCommand() {}

    /** Returns a list that may be added to. */
    static List<String> of(Class<?> main, String... arguments) {
        return of(USUAL_HEAP, main, arguments);
    }

    /**
     * Makes a command line for the Java this JVM runs on.
     *
     * @param megabytes largest heap, MiB
     * @param main the class to run
     * @param arguments its arguments
     * @return a list that may be added to
     */
    public static List<String> of(int megabytes, Class<?> main, String... arguments) {
        List<String> command = options(Path.of(System.getProperty("java.home")), Runtime.version().feature(), megabytes);
        command.addAll(main(main, arguments));
        return command;
    }

    /**
     * Makes the first half of a command line: the program and its options. More options may follow.
     *
     * @param home of a Java
     * @param release which one that is, 17 or newer
     * @param megabytes largest heap, MiB
     * @return a list that may be added to
     */
    public static List<String> options(Path home, int release, int megabytes) {
        List<String> command = new ArrayList<>(
                List.of(home.resolve("bin/java").toString(), "-XX:+UseSerialGC", "-Xmx" + megabytes + "m"));
        if (release >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        return command;
    }

    /**
     * Makes the second half of a command line, after the options: the classes of this JVM and what to run of them.
     *
     * @param main the class to run
     * @param arguments its arguments
     * @return a list that may be added to
     */
    public static List<String> main(Class<?> main, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
