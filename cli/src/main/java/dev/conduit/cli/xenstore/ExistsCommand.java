package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code conduit xenstore exists}: an exit code. */
@Command(
        name = "exists",
        customSynopsis = "conduit xenstore exists [-h] [-s] key [...]",
        description = "End with 0 when every key can be read, with 1 otherwise.",
        footer = "  -s   accepted and ignored")
final class ExistsCommand extends PathTool {

    /** Ends the work at the first key that is not there. */
    private static final class Missing extends IOException {

        private static final long serialVersionUID = 1L;
    }

    ExistsCommand() {
        // The tool's usage names -p, but the tool does not take it.
        super("xenstore-exists", "[-p] [-s] key [...]", "s");
    }

    @Override
    int run(XenStoreClient store, Arguments arguments, Console console) throws ToolException, IOException {
        try {
            return super.run(store, arguments, console);
        } catch (Missing e) {
            return FAILED;
        }
    }

    @Override
    void handle(XenStoreOperations store, String path, Arguments arguments, ByteArrayOutputStream output)
            throws IOException {
        try {
            store.read(path);
        } catch (XenStoreException e) {
            throw new Missing();
        }
    }
}
