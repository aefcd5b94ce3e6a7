package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code conduit xenstore read}: values. */
@Command(
        name = "read",
        customSynopsis = "conduit xenstore read [-h] [-p] [-s] [-R] key [...]",
        description = "Print values, one a line.",
        footer = {
            "  -p   the key and a colon before each value",
            "  -R   raw bytes, without escapes and line ends",
            "  -s   accepted and ignored"
        })
final class ReadCommand extends PathTool {

    ReadCommand() {
        super("xenstore-read", "[-p] [-s] [-R] key [...]", "psR");
    }

    @Override
    boolean plainWhenSingle() {
        return true;
    }

    @Override
    void handle(XenStoreOperations store, String path, Arguments arguments, ByteArrayOutputStream output)
            throws ToolException, IOException {
        byte[] value;
        try {
            value = store.read(path);
        } catch (XenStoreException e) {
            throw new ToolException("couldn't read path " + path);
        }
        if (arguments.has('p')) {
            output.write(Escapes.raw(path + ": "));
        }
        output.write(arguments.has('R') ? value : Escapes.raw(Escapes.escape(value) + "\n"));
    }
}
