package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** One of the tools: reads its arguments as they do, connects, works, and words what goes wrong as they do. */
abstract class Tool implements Callable<Integer> {

    static final int DONE = 0;
    /** For every failure, wrong usage included. */
    static final int FAILED = 1;
    /** What a shell sees of a program that wrote to a pipe nobody reads. */
    private static final int BROKEN_PIPE = 128 + 13;

    /** Where a tool finds its server. */
    @FunctionalInterface
    interface Connector {

        /** Connects; the message of what it throws says where to. */
        XenStoreClient connect() throws XenStoreException;
    }

    private final String program;
    private final String usage;
    private final String options;

    @ParentCommand
    private XenStoreCommand group;

    /** Handled by picocli before anything is run, when it comes first. */
    @Option(names = "--help", usageHelp = true, hidden = true)
    private boolean help;

    @Parameters(hidden = true)
    private List<String> arguments = new ArrayList<>();

    /**
     * Makes a tool.
     *
     * @param program what it is called in messages
     * @param usage what stands behind that in its usage
     * @param options letters of its options, besides -h
     */
    Tool(String program, String usage, String options) {
        this.program = program;
        this.usage = usage;
        this.options = options;
    }

    /** Throws when the number of words is wrong; most tools want one or more. */
    void check(List<String> words) throws UsageException {
        if (words.isEmpty()) {
            throw new UsageException();
        }
    }

    /** Does the work; returns the exit code. */
    abstract int run(XenStoreClient store, Arguments arguments, Console console) throws ToolException, IOException;

    @Override
    public final Integer call() throws IOException {
        return execute(RawArguments.of(arguments), Console.standard(program), group);
    }

    /**
     * Runs the tool.
     *
     * @param words its arguments, one char a byte
     * @param console where its output goes
     * @param server where it connects
     * @return exit code
     */
    final int execute(List<String> words, Console console, Connector server) throws IOException {
        try {
            int exit = work(words, console, server);
            console.flush();
            return exit;
        } catch (Console.ClosedException nobodyReads) {
            return BROKEN_PIPE;
        }
    }

    private int work(List<String> words, Console console, Connector server) throws IOException {
        try {
            Arguments parsed = Arguments.parse(words, options, console);
            check(parsed.words());
            try (XenStoreClient store = connect(server)) {
                return run(store, parsed, console);
            }
        } catch (UsageException e) {
            console.error("Usage: " + program + " [-h] " + usage);
        } catch (ToolException e) {
            console.error(e.getMessage());
        }
        return FAILED;
    }

    private static XenStoreClient connect(Connector server) throws ToolException {
        try {
            return server.connect();
        } catch (XenStoreException e) {
            throw new ToolException("xs_open: " + e.getMessage());
        }
    }
}
