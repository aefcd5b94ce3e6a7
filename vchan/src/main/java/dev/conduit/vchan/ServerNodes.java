package dev.conduit.vchan;

import dev.conduit.core.Platform;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * The two nodes of a server as its client sees them. Not every server writes them in one transaction: a node that is
 * missing, empty or not readable yet only means "look again". One thread.
 */
final class ServerNodes {

    private final Platform platform;
    private final String path;
    /** What the last look found; a value is null when it is not there yet. */
    private Values last = new Values(null, null);

    private record Values(String ringRef, String eventChannel) {

        boolean complete() {
            return ringRef != null && eventChannel != null;
        }
    }

    ServerNodes(Platform platform, String path) {
        this.platform = platform;
        this.path = path;
    }

    /** Waits until both nodes are there; null when time is up before. */
    ServerAddress await(Duration timeout) throws IOException {
        return waitFor(false, timeout) ? ServerAddress.parse(path, last.ringRef, last.eventChannel) : null;
    }

    /** Waits until the nodes are not what they were when last looked at, or time is up. */
    void awaitChange(Duration timeout) throws IOException {
        waitFor(true, timeout);
    }

    /** The path of the first node that the last look did not find. */
    String lacking() {
        return path + "/" + (last.ringRef == null ? VchanNodes.RING_REF : VchanNodes.EVENT_CHANNEL);
    }

    private boolean waitFor(boolean change, Duration timeout) throws IOException {
        Values before = last;
        try {
            platform.xenStore().waitFor(reads -> {
                last = new Values(read(reads, VchanNodes.RING_REF), read(reads, VchanNodes.EVENT_CHANNEL));
                boolean found = change ? !last.equals(before) : last.complete();
                return found ? last : null;
            }, timeout);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (XenStoreException e) {
            throw StoreRefusal.of("cannot wait for the vchan at '" + path + "'", platform.self(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the vchan at " + path);
        }
    }

    private String read(XenStoreOperations reads, String node) throws XenStoreException {
        try {
            Optional<byte[]> value = reads.readOptional(path + "/" + node);
            return value.filter(bytes -> bytes.length > 0)
                    .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1)).orElse(null);
        } catch (XenStoreException e) {
            if (e.is("EACCES")) {
                return null;
            }
            throw e;
        }
    }
}
