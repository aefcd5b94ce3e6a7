package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.ByteArrayOutputStream;
import picocli.CommandLine.Command;

/** {@code conduit xenstore rm}: removes keys. */
@Command(
        name = "rm",
        customSynopsis = "conduit xenstore rm [-h] [-s] [-t] key [...]",
        description = "Remove keys with everything below them.",
        footer = {"  -t   also each parent that is left with no value and no children", "  -s   accepted and ignored"})
final class RmCommand extends PathTool {

    RmCommand() {
        super("xenstore-rm", "[-s] [-t] key [...]", "st");
    }

    @Override
    void handle(XenStoreOperations store, String path, Arguments arguments, ByteArrayOutputStream output)
            throws ToolException {
        remove(store, path);
        String parent = path;
        while (arguments.has('t') && parent.indexOf('/') >= 0) {
            parent = parent.substring(0, parent.lastIndexOf('/'));
            if (!isEmpty(store, parent)) {
                return;
            }
            remove(store, parent);
        }
    }

    private static void remove(XenStoreOperations store, String path) throws ToolException {
        try {
            store.remove(path);
        } catch (XenStoreException e) {
            throw new ToolException("could not remove path " + path);
        }
    }

    /** A node that cannot be looked at stays; so does the root, which is an empty path here. */
    private static boolean isEmpty(XenStoreOperations store, String path) {
        try {
            return store.read(path).length == 0 && store.list(path).isEmpty();
        } catch (XenStoreException e) {
            return false;
        }
    }
}
