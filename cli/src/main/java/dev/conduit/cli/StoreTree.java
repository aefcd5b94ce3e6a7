package dev.conduit.cli;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A part of the store as text: one node a line, indented, with value and permissions. */
final class StoreTree {

    private StoreTree() {}

    static List<String> lines(XenStoreOperations store, String root) throws XenStoreException {
        List<String> lines = new ArrayList<>();
        add(store, root, root, 0, lines);
        return lines;
    }

    private static void add(XenStoreOperations store, String path, String label, int depth, List<String> lines)
            throws XenStoreException {
        String value = store.readStringOptional(path).orElse(null);
        if (value == null) {
            return;
        }
        String permissions = store.permissions(path).stream().map(Permission::toString).collect(Collectors.joining(","));
        String left = "  ".repeat(depth) + label + (value.isEmpty() ? "" : " = \"" + value + "\"");
        lines.add(String.format("%-72s (%s)", left, permissions));
        for (String child : store.list(path).stream().sorted().toList()) {
            add(store, path + "/" + child, child, depth + 1, lines);
        }
    }
}
