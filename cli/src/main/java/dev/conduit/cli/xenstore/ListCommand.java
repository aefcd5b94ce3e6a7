package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code conduit xenstore list}: names of children. */
@Command(
        name = "list",
        customSynopsis = "conduit xenstore list [-h] [-p] [-s] key [...]",
        description = "Print the names of a key's children, one a line.",
        footer = {"  -p   the key and a slash before each name", "  -s   accepted and ignored"})
final class ListCommand extends PathTool {

    ListCommand() {
        super("xenstore-list", "[-p] [-s] key [...]", "ps");
    }

    @Override
    void handle(XenStoreOperations store, String path, Arguments arguments, ByteArrayOutputStream output)
            throws ToolException, IOException {
        List<String> names;
        try {
            names = store.list(path);
        } catch (XenStoreException e) {
            throw new ToolException("could not list path " + path);
        }
        for (String name : names) {
            output.write(Escapes.raw((arguments.has('p') ? path + "/" : "") + name + "\n"));
        }
    }
}
