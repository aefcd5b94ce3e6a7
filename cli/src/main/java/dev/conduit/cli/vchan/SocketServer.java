package dev.conduit.cli.vchan;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.vchan.Vchan;
import dev.conduit.vchan.VchanOptions;
import dev.conduit.vchan.VchanPeerClosedException;
import dev.conduit.vchan.VchanProtocolException;
import dev.conduit.vchan.VchanServer;
import dev.conduit.vchan.VchanState;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Serves a vchan out of a Unix socket: each client gets a new connection to it.
 *
 * <p>Each client gets a vchan of its own as well. Its nodes are removed when the client is there and the next ones
 * published when it has left: so no client finds in the ring what was meant for the one before it, and one that comes
 * early waits for the nodes.
 */
final class SocketServer {

    private final Platform platform;
    private final DomainId client;
    private final String path;
    private final VchanOptions options;
    private final Path socket;
    private final boolean stay;

    SocketServer(
            Platform platform, DomainId client, String path, VchanOptions options, Path socket, boolean stay) {
        this.platform = platform;
        this.client = client;
        this.path = path;
        this.options = options;
        this.socket = socket;
        this.stay = stay;
    }

    /**
     * Serves one client after the other until the process is told to stop.
     *
     * @param timeout longest wait for a client
     */
    void serve(Duration timeout) throws IOException {
        UnixDomainSocketAddress address = LocalListener.address(socket);
        if (!Files.exists(socket)) {
            Notice.say("no program listens on " + socket + " yet; clients are turned away until one does");
        }
        Notice.say("vchan " + path + " for domain " + client + " leads to " + socket + "; stop it with Ctrl-C");
        try (Ending ending = new Ending(0)) {
            while (!ending.asked()) {
                try {
                    serveOne(address, timeout, ending);
                } catch (VchanProtocolException e) {
                    Notice.say("client turned away: " + e.getMessage());
                }
            }
        }
    }

    private void serveOne(UnixDomainSocketAddress address, Duration timeout, Ending ending) throws IOException {
        try (VchanServer server = Vchan.open(platform, client, options)) {
            server.publish(path);
            if (awaitClient(server, timeout, ending)) {
                server.unpublish();
                SocketChannel local = connect(address);
                if (local != null) {
                    new Bridge(server.channel(), local, stay).run(ending);
                }
            }
        }
    }

    /** Waits for a client; false when the process was told to stop. */
    private boolean awaitClient(VchanServer server, Duration timeout, Ending ending) throws IOException {
        Runnable close = server::close;
        ending.ends(close);
        try {
            server.awaitConnected(timeout);
        } catch (ClosedChannelException e) {
            return false;
        } catch (VchanPeerClosedException e) {
            // One that has left already may have written something.
            if (e.state() != VchanState.PEER_CLOSED) {
                throw e;
            }
        } finally {
            ending.forget(close);
        }
        return true;
    }

    /** The client's connection to the local program; null when there is none to be had, and the client is turned away. */
    private SocketChannel connect(UnixDomainSocketAddress address) {
        try {
            return LocalListener.connect(address);
        } catch (IOException e) {
            Notice.say("client turned away: cannot connect to " + socket + ": " + e.getMessage());
            return null;
        }
    }
}
