package dev.conduit.core.socket;

import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.nio.file.Path;

/** A server in a process of its own: begins, or takes over, and says so; ends when somebody else took over. */
final class ServerMain {

    static final String SERVING = "serving";

    private ServerMain() {
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        ServerOptions options = ServerOptions.defaults().withHandOver(directory.resolve("next"));
        XenStoreServer server;
        if (arguments[1].equals("first")) {
            server = XenStoreServer.start(options);
            server.listen(directory.resolve("s0"), 0);
        } else {
            server = XenStoreServer.takeOver(options);
        }
        System.out.println(SERVING);
        server.awaitEnd();
        server.close();
    }
}
