package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreClient;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code conduit xenstore ls}: trees. */
@Command(
        name = "ls",
        customSynopsis = "conduit xenstore ls [-h] [-f] [-p] [-s] [path]",
        description = "Print everything below a path (default: the root) as a tree.",
        footer = {
            "  -f   whole paths instead of an indented tree",
            "  -p   permissions as well",
            "  -s   accepted and ignored"
        })
final class LsCommand extends Tool {

    LsCommand() {
        super("xenstore-ls", "[-f] [-p] [-s] [path]", "fps");
    }

    @Override
    void check(List<String> words) {
        // None is the root.
    }

    @Override
    int run(XenStoreClient store, Arguments arguments, Console console) throws ToolException, IOException {
        LineLayout layout = new LineLayout(TerminalWidth.ofOutput(), arguments.has('f'));
        List<String> paths = arguments.words().isEmpty() ? List.of("/") : arguments.words();
        TreeLister lister = new TreeLister(store, new NodePrinter(layout, arguments.has('p'), console));
        for (String path : paths) {
            lister.list(path);
        }
        return DONE;
    }
}
