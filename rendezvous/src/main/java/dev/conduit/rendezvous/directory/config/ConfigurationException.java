package dev.conduit.rendezvous.directory.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A file cannot be used. The message has a line {@code file:line: what} for each problem, all of them, in order. */
public final class ConfigurationException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * Collects what is wrong.
     *
     * @param file the file
     * @param found at least one
     */
    public ConfigurationException(Path file, List<Problem> found) {
        super(text(file, found));
        problems = List.copyOf(found);
    }

    private static String text(Path file, List<Problem> found) {
        return found.stream().sorted(Comparator.comparingInt(Problem::line))
                .map(problem -> file + ":" + problem.line() + ": " + problem.message())
                .collect(Collectors.joining(System.lineSeparator()));
    }

    /**
     * Returns what is wrong.
     *
     * @return every problem
     */
    public List<Problem> problems() {
        return problems;
    }
}
