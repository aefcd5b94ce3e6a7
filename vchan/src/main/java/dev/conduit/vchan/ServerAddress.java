package dev.conduit.vchan;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Where a server is, as read from XenStore.
 *
 * @param ringRef grant reference of the control page
 * @param eventChannel the server's port
 */
record ServerAddress(int ringRef, int eventChannel) {

    /** The two nodes as text, not checked yet. */
    private record Nodes(String ringRef, String eventChannel) {}

    /**
     * Waits until both nodes are there. Not every server writes them in one transaction, so a node that is missing,
     * empty or not readable yet only means "look again".
     */
    static ServerAddress await(XenStoreClient store, String path, Duration timeout) throws IOException {
        try {
            Nodes nodes = store.waitFor(reads -> {
                Optional<String> ref = read(reads, path + "/" + VchanNodes.RING_REF);
                Optional<String> port = read(reads, path + "/" + VchanNodes.EVENT_CHANNEL);
                return ref.isPresent() && port.isPresent() ? new Nodes(ref.get(), port.get()) : null;
            }, timeout);
            return new ServerAddress(number(path, VchanNodes.RING_REF, nodes.ringRef),
                    number(path, VchanNodes.EVENT_CHANNEL, nodes.eventChannel));
        } catch (TimeoutException e) {
            throw new VchanTimeoutException("no vchan was published at " + path + " within " + timeout.toMillis()
                    + " ms: is the server running, and is this domain its peer?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the vchan at " + path);
        }
    }

    private static Optional<String> read(XenStoreOperations store, String path) throws XenStoreException {
        try {
            return store.readOptional(path).filter(value -> value.length > 0)
                    .map(value -> new String(value, StandardCharsets.ISO_8859_1));
        } catch (XenStoreException e) {
            if (e.is("EACCES")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static int number(String path, String field, String text) throws VchanProtocolException {
        if (text.matches("[0-9]{1,10}")) {
            long value = Long.parseLong(text);
            if (value >= 1 && value <= Integer.MAX_VALUE) {
                return (int) value;
            }
        }
        String shown = text.length() > 20 ? text.substring(0, 20) + "..." : text;
        throw new VchanProtocolException(field, path + "/" + field + " is '" + shown.replaceAll("[^ -~]", "?")
                + "', not a decimal number between 1 and " + Integer.MAX_VALUE);
    }
}
