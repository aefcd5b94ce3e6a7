package dev.conduit.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** Entry point: parses the command line, runs one sub-command, turns failures into one line and an exit code. */
@Command(
        name = "conduit",
        description = "Virtual machines on one host reach each other by name over shared memory.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {

    /** The work was not done. */
    static final int FAILED = 1;

    /** The command line was wrong. */
    static final int USAGE = 2;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show a stack trace with an error.")
    private boolean debug;

    private Main() {}

    /**
     * Runs the command and ends the process: 0 done, 1 failed, 2 wrong usage.
     *
     * @param args command line
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        Main main = new Main();
        CommandLine line = new CommandLine(main);
        // A word such as @releaseDomain is a path in the store, no file of arguments.
        line.setExpandAtFiles(false);
        Commands.add(line, args);
        line.setParameterExceptionHandler(Main::wrongUsage);
        line.setExecutionExceptionHandler((failure, command, parsed) -> main.failed(failure));
        if (args.length == 0) {
            line.usage(System.err);
            return USAGE;
        }
        return line.execute(args);
    }

    private static int wrongUsage(ParameterException problem, String[] args) {
        System.err.println("conduit: " + problem.getMessage());
        System.err.println("Try '" + problem.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        return USAGE;
    }

    private int failed(Exception failure) {
        System.err.println("conduit: " + describe(failure));
        if (debug) {
            failure.printStackTrace();
        }
        // A value that the called code refuses was wrong on the command line.
        return failure instanceof IllegalArgumentException ? USAGE : FAILED;
    }

    /** One line; Java's file exceptions have only the path for a message. */
    private static String describe(Exception failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied: " + failure.getMessage();
        }
        if (failure instanceof NoSuchFileException) {
            return "no such file or folder: " + failure.getMessage();
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
