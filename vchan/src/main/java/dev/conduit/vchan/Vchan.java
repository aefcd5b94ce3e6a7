package dev.conduit.vchan;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import java.io.IOException;
import java.time.Duration;

/** Opens vchans, as server or client. Thread-safe. When opening fails, everything acquired on the way is given back. */
public final class Vchan {

    private Vchan() {}

    /**
     * Makes the server's end for one client domain. Nothing is published yet.
     *
     * @param platform gives memory and events, and holds them: close the channel before it
     * @param client the only domain that can connect
     * @param options how
     * @return the server, waiting
     * @throws IOException when memory, grants or ports are short
     */
    public static VchanServer open(Platform platform, DomainId client, VchanOptions options) throws IOException {
        return new ServerSetup(platform, client, options).open();
    }

    /**
     * Connects to a server whose numbers are known.
     *
     * @param platform gives memory and events, and holds them: close the channel before it
     * @param server the server's domain
     * @param ringRef grant reference of the control page, positive
     * @param eventChannel the server's port, positive
     * @param options how; ring sizes and the like are the server's choice and ignored
     * @return the channel, open
     * @throws VchanProtocolException when the control page makes no sense
     * @throws VchanPeerClosedException when the server has closed already
     * @throws IllegalArgumentException when a number is not positive
     * @throws IOException when mapping or binding is refused
     */
    public static VchanChannel connect(
            Platform platform, DomainId server, int ringRef, int eventChannel, VchanOptions options)
            throws IOException {
        return new ClientSetup(platform, server, options).connect(ringRef, eventChannel);
    }

    /**
     * Waits for a server to publish itself, then connects. Nodes of a server that cannot be reached, because it is gone
     * or has a client, do not end the wait: its successor may be about to replace them.
     *
     * @param platform gives memory and events, and holds them: close the channel before it
     * @param server the server's domain
     * @param path folder of {@code ring-ref} and {@code event-channel} in XenStore
     * @param options how; ring sizes and the like are the server's choice and ignored
     * @param timeout longest wait for a server that can be reached; zero tries once
     * @return the channel, open
     * @throws VchanTimeoutException when the nodes did not appear in time
     * @throws VchanProtocolException when the nodes or the control page make no sense
     * @throws VchanPeerClosedException when the server has closed, or its domain is gone
     * @throws IOException when mapping or binding is refused to the end
     */
    public static VchanChannel connect(
            Platform platform, DomainId server, String path, VchanOptions options, Duration timeout)
            throws IOException {
        return new PathConnector(platform, server, path, options, timeout).connect();
    }
}
