package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** A tool that does the same with each of its words, all in one transaction. */
abstract class PathTool extends Tool {

    PathTool(String program, String usage, String options) {
        super(program, usage, options);
    }

    /** Handles one word; what it prints is shown when the transaction has ended. */
    abstract void handle(XenStoreOperations store, String path, Arguments arguments, ByteArrayOutputStream output)
            throws ToolException, IOException;

    /** Whether one word alone needs no transaction. */
    boolean plainWhenSingle() {
        return false;
    }

    @Override
    int run(XenStoreClient store, Arguments arguments, Console console) throws ToolException, IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ToolException failure = null;
        if (arguments.words().size() == 1 && plainWhenSingle()) {
            handle(store, arguments.words().get(0), arguments, output);
        } else {
            failure = InTransaction.attempt(store, transaction -> {
                output.reset();
                for (String path : arguments.words()) {
                    handle(transaction, path, arguments, output);
                }
            });
        }
        console.print(output.toByteArray());
        if (failure != null) {
            throw failure;
        }
        return DONE;
    }
}
