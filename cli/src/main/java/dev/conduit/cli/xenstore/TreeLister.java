package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.WalkLimits;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreNode;
import java.io.IOException;
import java.util.List;

/**
 * Goes through what is below a path, a node before its children.
 *
 * <p>Domain 0 may read everything, so it walks with many requests under way. A walk leaves out what a guest may not
 * read, but that has to be shown: guests ask for one thing after the other, and so does everybody for a tree too large
 * to be kept.
 */
final class TreeLister {

    private static final WalkLimits LIMITS = new WalkLimits(200_000, 64 << 20, 4096, false);

    private final XenStoreClient store;
    private final NodePrinter printer;
    private final boolean privileged;

    TreeLister(XenStoreClient store, NodePrinter printer) {
        this.store = store;
        this.printer = printer;
        this.privileged = mayAskOfDomains();
    }

    /** Only domain 0 is answered; a server without the request gets the slow way. */
    private boolean mayAskOfDomains() {
        try {
            store.administration().isIntroduced(0);
            return true;
        } catch (XenStoreException e) {
            return false;
        }
    }

    void list(String path) throws ToolException, IOException {
        List<XenStoreNode> nodes;
        try {
            nodes = privileged ? walk(path) : List.of();
        } catch (XenStoreException e) {
            throw refused(path, e);
        }
        if (nodes.isEmpty()) {
            below(path, 0);
            return;
        }
        for (XenStoreNode node : nodes.subList(1, nodes.size())) {
            printer.value(node.path(), node.depth() - 1, node.value());
            if (printer.wantsPermissions()) {
                printer.permissions(node.permissions());
            }
            printer.end();
        }
    }

    /** The node and all below it; nothing when that is too much. */
    private List<XenStoreNode> walk(String path) throws XenStoreException {
        try {
            return store.walk(path, printer.wantsPermissions() ? LIMITS.withPermissions() : LIMITS);
        } catch (XenStoreException e) {
            if (e.is("E2BIG")) {
                return List.of();
            }
            throw e;
        }
    }

    private void below(String path, int depth) throws ToolException, IOException {
        List<String> names;
        try {
            names = store.list(path);
        } catch (XenStoreException e) {
            // A node that went away since its parent was read is no failure.
            if (depth > 0 && e.is("ENOENT")) {
                return;
            }
            throw refused(path, e);
        }
        for (String name : names) {
            String child = path.endsWith("/") ? path + name : path + "/" + name;
            node(child, depth);
            below(child, depth + 1);
        }
    }

    private void node(String path, int depth) throws IOException {
        byte[] value;
        try {
            value = store.read(path);
        } catch (XenStoreException e) {
            value = null;
        }
        printer.value(path, depth, value);
        if (printer.wantsPermissions()) {
            try {
                printer.permissions(store.permissions(path));
            } catch (XenStoreException e) {
                printer.noPermissions(path, e);
            }
        }
        printer.end();
    }

    private static ToolException refused(String path, XenStoreException refusal) {
        return new ToolException("xs_directory (" + path + ")", refusal);
    }
}
