package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreClients;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** What a tool left: one char a byte. */
record ToolResult(int exit, String out, String err) {

    /** Runs one of our tools in this JVM. */
    static ToolResult of(String tool, List<String> arguments, Path socket) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = tool(tool).execute(arguments, new Console("xenstore-" + tool, out, err),
                () -> XenStoreClients.connect(socket));
        return new ToolResult(exit, out.toString(StandardCharsets.ISO_8859_1),
                err.toString(StandardCharsets.ISO_8859_1));
    }

    private static Tool tool(String name) {
        return switch (name) {
            case "ls" -> new LsCommand();
            case "read" -> new ReadCommand();
            case "write" -> new WriteCommand();
            case "list" -> new ListCommand();
            case "exists" -> new ExistsCommand();
            case "rm" -> new RmCommand();
            case "chmod" -> new ChmodCommand();
            case "watch" -> new WatchCommand();
            default -> throw new IllegalArgumentException("no tool " + name);
        };
    }
}
