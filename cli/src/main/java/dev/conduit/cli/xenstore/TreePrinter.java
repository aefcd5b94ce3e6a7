package dev.conduit.cli.xenstore;

import dev.conduit.cli.xenstore.TreeReader.Answer;
import dev.conduit.cli.xenstore.TreeReader.Node;
import java.io.IOException;
import java.util.List;

/** Prints what is below a path, a node before its children. */
final class TreePrinter {

    private final TreeReader reader;
    private final LineLayout layout;
    private final Console console;

    TreePrinter(TreeReader reader, LineLayout layout, Console console) {
        this.reader = reader;
        this.layout = layout;
        this.console = console;
    }

    void print(String path) throws ToolException, IOException {
        below(path, reader.children(path), 0);
    }

    private void below(String path, Answer<List<String>> children, int depth) throws ToolException, IOException {
        if (children.refusal() != null) {
            // A node that went away since its parent was read is no failure.
            if (depth > 0 && children.refusal().is("ENOENT")) {
                return;
            }
            throw new ToolException("xs_directory (" + path + ")", children.refusal());
        }
        for (Node node : reader.nodes(path, children.result())) {
            line(node, depth);
            below(node.path(), node.children(), depth + 1);
        }
    }

    private void line(Node node, int depth) throws IOException {
        String label = layout.label(node.path(), node.name(), depth);
        console.print(node.value() == null ? label + ":\n"
                : layout.line(label, node.value(), reader.withPermissions()));
        if (reader.withPermissions()) {
            if (node.permissions().refusal() == null) {
                console.print(LineLayout.permissions(node.permissions().result()));
            } else {
                console.error("\ncould not access permissions for " + node.name() + ": "
                        + ErrorText.of(node.permissions().refusal()));
            }
        }
        console.print("\n");
    }
}
