package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/** {@code conduit xenstore watch}: prints what changes. */
@Command(
        name = "watch",
        customSynopsis = "conduit xenstore watch [-h] [-n NR] [-s] key [...]",
        description = "Print the path of each change at a key or below it, the key itself first.",
        footer = {"  -n   end after so many lines (default: go on until interrupted)", "  -s   accepted and ignored"})
final class WatchCommand extends Tool {

    /** How often a server that sends nothing is asked whether it is still there. */
    private static final long IDLE_SECONDS = 1;
    /** Lines that may wait for the output; beyond, the client merges events. */
    private static final int WAITING = 1024;
    private static final int ENDLESS = -1;

    WatchCommand() {
        super("xenstore-watch", "[-n NR] key", "ns");
    }

    @Override
    int run(XenStoreClient store, Arguments arguments, Console console) throws ToolException, IOException {
        BlockingQueue<String> changes = new ArrayBlockingQueue<>(WAITING);
        Set<String> watched = new HashSet<>();
        for (String path : arguments.words()) {
            // One more watch of the same path and token is refused by servers; here every token differs.
            if (!watched.add(path)) {
                throw new ToolException("Unable to add watch on " + path + "\n");
            }
            add(store, path, changes);
        }
        int count = arguments.number() == null ? ENDLESS : (int) CNumber.parse(arguments.number());
        try {
            for (int i = 0; i < count || count == ENDLESS; i++) {
                console.print(next(store, changes) + "\n");
                console.flush();
            }
        } catch (InterruptedException e) {
            throw new ToolException("interrupted");
        }
        return DONE;
    }

    private static void add(XenStoreClient store, String path, BlockingQueue<String> changes) throws ToolException {
        try {
            store.watch(path, changed -> {
                try {
                    changes.put(changed);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        } catch (XenStoreException e) {
            throw new ToolException("Unable to add watch on " + path + "\n");
        }
    }

    private static String next(XenStoreClient store, BlockingQueue<String> changes)
            throws ToolException, InterruptedException {
        while (true) {
            String change = changes.poll(IDLE_SECONDS, TimeUnit.SECONDS);
            if (change != null) {
                return change;
            }
            try {
                store.domainPath(0);
            } catch (XenStoreException e) {
                throw new ToolException("no more events: " + e.getMessage());
            }
        }
    }
}
