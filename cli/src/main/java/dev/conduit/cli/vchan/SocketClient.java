package dev.conduit.cli.vchan;

import dev.conduit.vchan.VchanChannel;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Makes the server of a vchan reachable at a Unix socket: each connection to it is one of the vchan. */
final class SocketClient {

    private final Connector connector;
    private final Path socket;
    private final boolean stay;

    SocketClient(Connector connector, Path socket, boolean stay) {
        this.connector = connector;
        this.socket = socket;
        this.stay = stay;
    }

    /** Serves one connection after the other until the process is told to stop. */
    void serve() throws IOException {
        try (Ending ending = new Ending(0);
                LocalListener listener = LocalListener.bind(socket)) {
            ending.ends(listener::close);
            Notice.say(socket + " leads to vchan " + connector.path() + " of domain " + connector.server()
                    + "; stop it with Ctrl-C");
            while (!ending.asked()) {
                try (SocketChannel local = listener.accept()) {
                    serveOne(local, ending);
                } catch (ClosedChannelException e) {
                    if (!ending.asked()) {
                        throw e;
                    }
                }
            }
        }
    }

    private void serveOne(SocketChannel local, Ending ending) throws IOException {
        VchanChannel channel;
        try {
            channel = connector.connect();
        } catch (IOException e) {
            // What has no end by itself ends the command, too.
            if (!connector.platform().isAlive(connector.server())) {
                throw e;
            }
            Notice.say("connection turned away: " + e.getMessage());
            return;
        }
        new Bridge(channel, local, stay).run(ending);
    }
}
