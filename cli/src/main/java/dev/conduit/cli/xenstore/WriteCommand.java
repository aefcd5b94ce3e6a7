package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code conduit xenstore write}: writes values. */
@Command(
        name = "write",
        customSynopsis = "conduit xenstore write [-h] [-s] [-R] key value [...]",
        description = "Write values; several in one transaction. Missing parents are made, empty.",
        footer = {
            "  -R   the value as it is; else \\t \\n \\r \\\\, \\ and up to three octal digits,",
            "       \\x and up to two hexadecimal digits stand for one byte",
            "  -s   accepted and ignored"
        })
final class WriteCommand extends Tool {

    WriteCommand() {
        super("xenstore-write", "[-s] [-R] key value [...]", "sR");
    }

    @Override
    void check(List<String> words) throws UsageException {
        if (words.isEmpty() || words.size() % 2 != 0) {
            throw new UsageException();
        }
    }

    @Override
    int run(XenStoreClient store, Arguments arguments, Console console) throws ToolException, IOException {
        List<String> words = arguments.words();
        boolean raw = arguments.has('R');
        if (words.size() == 2) {
            write(store, words.get(0), words.get(1), raw);
        } else {
            InTransaction.run(store, transaction -> {
                for (int i = 0; i < words.size(); i += 2) {
                    write(transaction, words.get(i), words.get(i + 1), raw);
                }
            });
        }
        return DONE;
    }

    private static void write(XenStoreOperations store, String path, String value, boolean raw) throws ToolException {
        try {
            store.write(path, raw ? Escapes.raw(value) : Escapes.unescape(value));
        } catch (XenStoreException e) {
            throw new ToolException("could not write path " + path);
        }
    }
}
