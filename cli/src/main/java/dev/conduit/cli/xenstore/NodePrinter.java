package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.util.List;

/** Prints the nodes of a tree, a line each. */
final class NodePrinter {

    private final LineLayout layout;
    private final boolean permissions;
    private final Console console;

    /**
     * Makes a printer.
     *
     * @param permissions whether lines end with them
     */
    NodePrinter(LineLayout layout, boolean permissions, Console console) {
        this.layout = layout;
        this.permissions = permissions;
        this.console = console;
    }

    boolean wantsPermissions() {
        return permissions;
    }

    /**
     * Prints the front of a line.
     *
     * @param path where the node is
     * @param depth 0 for the first nodes shown
     * @param value null when it cannot be read
     */
    void value(String path, int depth, byte[] value) throws IOException {
        String label = layout.label(path, name(path), depth);
        console.print(value == null ? label + ":\n" : layout.line(label, value, permissions));
    }

    void permissions(List<Permission> entries) throws IOException {
        console.print(LineLayout.permissions(entries));
    }

    void noPermissions(String path, XenStoreException refusal) throws IOException {
        console.error("\ncould not access permissions for " + name(path) + ": " + ErrorText.of(refusal));
    }

    void end() throws IOException {
        console.print("\n");
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
