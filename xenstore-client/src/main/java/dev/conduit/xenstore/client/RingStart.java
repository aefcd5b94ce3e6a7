package dev.conduit.xenstore.client;

import dev.conduit.xenstore.GuestRing;
import dev.conduit.xenstore.ring.PageMemory;
import dev.conduit.xenstore.ring.RingError;
import dev.conduit.xenstore.ring.RingLayout;
import dev.conduit.xenstore.ring.RingReader;
import dev.conduit.xenstore.ring.RingWriter;
import dev.conduit.xenstore.wire.Features;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Finds the beginning of a message in a ring that may have been used before: by an earlier client of this domain, its
 * boot loader, or the kernel before a kexec.
 *
 * <ol>
 * <li>Waits while the connection field says that the server is yet to come.
 * <li>A ring with all indices 0 is fresh.
 * <li>Else asks for a new connection, where the server can do that: messages, watches and transactions of the past are
 * gone.
 * <li>Else sends RESET_WATCHES with a request id of chance and passes over all that comes until its reply. So stale
 * replies and halves of them do no harm; half a request left behind cannot be helped, and shows as a time-out.
 * </ol>
 */
final class RingStart {

    /** Longest sleep between two looks, for an event that was lost. */
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final GuestRing ring;
    private final PageMemory memory;
    private final long timeoutMillis;
    private final long deadline;

    RingStart(GuestRing ring, PageMemory memory, long timeoutMillis) {
        this.ring = ring;
        this.memory = memory;
        this.timeoutMillis = timeoutMillis;
        deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    /** Returns what was read already and belongs to the new client. */
    ByteBuffer run() throws IOException, InterruptedException {
        awaitConnected("has no server");
        if (fresh()) {
            return ByteBuffer.allocate(0);
        }
        if ((memory.loadAcquire(RingLayout.SERVER_FEATURES) & Features.RECONNECTION) != 0) {
            memory.storeRelease(RingLayout.CONNECTION, RingLayout.RECONNECT);
            ring.notifyPeer();
            awaitConnected("got no new connection");
            return ByteBuffer.allocate(0);
        }
        return synchronise();
    }

    private boolean fresh() {
        return memory.loadAcquire(RingLayout.REQ_PROD) == 0 && memory.loadAcquire(RingLayout.REQ_CONS) == 0
                && memory.loadAcquire(RingLayout.RSP_PROD) == 0 && memory.loadAcquire(RingLayout.RSP_CONS) == 0
                && memory.loadAcquire(RingLayout.ERROR) == RingError.NONE.code();
    }

    private void awaitConnected(String lack) throws IOException, InterruptedException {
        long seen = ring.events();
        int state = memory.loadAcquire(RingLayout.CONNECTION);
        while (state != RingLayout.CONNECTED) {
            seen = await(seen, "the XenStore ring " + lack + " within " + timeoutMillis + " ms: connection is "
                    + Integer.toUnsignedString(state));
            state = memory.loadAcquire(RingLayout.CONNECTION);
        }
    }

    private ByteBuffer synchronise() throws IOException, InterruptedException {
        int id = ThreadLocalRandom.current().nextInt();
        ByteBuffer request = Message.of(Operation.RESET_WATCHES, id, 0, Payload.strings("")).encoded();
        RingResync resync = new RingResync(id);
        RingReader replies = RingReader.ofReplies(memory);
        RingWriter requests = RingWriter.ofRequests(memory);
        ByteBuffer in = ByteBuffer.allocate(RingLayout.RING_SIZE);
        long seen = ring.events();
        while (true) {
            boolean moved = requests.write(request) > 0;
            moved |= replies.read(in.clear()) > 0;
            if (moved) {
                ring.notifyPeer();
            }
            if (resync.found(in.flip())) {
                return in;
            }
            if (!moved) {
                int error = memory.loadAcquire(RingLayout.ERROR);
                seen = await(seen, "the XenStore server did not answer on a ring that was used before within "
                        + timeoutMillis + " ms; error is " + RingError.describe(error)
                        + "; the domain has to be introduced anew");
            }
        }
    }

    private long await(long seen, String late) throws IOException, InterruptedException {
        long now = System.nanoTime();
        if (now - deadline >= 0) {
            throw new IOException(late);
        }
        return ring.await(seen, Math.min(deadline, now + SLICE_NANOS));
    }
}
