package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code conduit xenstore chmod}: sets permissions. */
@Command(
        name = "chmod",
        customSynopsis = "conduit xenstore chmod [-h] [-u] [-r] [-s] key <mode [modes...]>",
        description = {
            "Set the permissions of a key.",
            "A mode is n, r, w or b (none, read, write, both) and a domain id, such as r7. The first names the owner, and"
                    + " what domains may do that are not named."
        },
        footer = {
            "  -u   also of all its parents but the root",
            "  -r   also of everything below",
            "  -s   accepted and ignored"
        })
final class ChmodCommand extends Tool {

    ChmodCommand() {
        super("xenstore-chmod", "[-u] [-r] [-s] key <mode [modes...]>", "urs");
    }

    @Override
    int run(XenStoreClient store, Arguments arguments, Console console) throws ToolException, IOException {
        String path = arguments.words().get(0);
        List<String> modes = arguments.words().subList(1, arguments.words().size());
        InTransaction.run(store, transaction -> {
            Modes permissions = Modes.parse(modes);
            if (path.isEmpty()) {
                return;
            }
            set(transaction, path, permissions);
            if (arguments.has('u')) {
                for (String parent = parent(path); !parent.isEmpty(); parent = parent(parent)) {
                    set(transaction, parent, permissions);
                }
            }
            if (arguments.has('r')) {
                setBelow(transaction, path, permissions);
            }
        });
        return DONE;
    }

    private static void set(XenStoreOperations store, String path, Modes modes) throws ToolException {
        try {
            store.setPermissions(path, modes.permissions());
        } catch (XenStoreException e) {
            throw new ToolException("Error occurred setting permissions on '" + path + "'", e);
        }
    }

    private static String parent(String path) throws ToolException {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            throw new ToolException("Unable to locate path separator '/' in '" + path + "'");
        }
        return path.substring(0, slash);
    }

    private static void setBelow(XenStoreOperations store, String path, Modes modes) throws ToolException {
        List<String> names;
        try {
            names = store.list(path);
        } catch (XenStoreException e) {
            throw new ToolException("xs_directory (" + path + ")", e);
        }
        for (String name : names) {
            String child = path.endsWith("/") ? path + name : path + "/" + name;
            set(store, child, modes);
            setBelow(store, child, modes);
        }
    }
}
