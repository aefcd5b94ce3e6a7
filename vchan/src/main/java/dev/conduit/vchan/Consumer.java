package dev.conduit.vchan;

import java.io.IOException;

/**
 * The reading half of a ring: owns cons, watches prod.
 *
 * <p>Space is given back in larger pieces than it is read: a writer that is woken for every few bytes writes every few
 * bytes, and each publication costs a fence. Space is published when a quarter of the ring has come together, when the
 * ring was read empty, before any call of the channel blocks, and otherwise by the late publisher a moment later. So a
 * peer that waits for space is woken even if this side never calls again.
 */
final class Consumer extends RingHalf {

    private final int threshold;

    Consumer(Link link, int size, Spin spin) throws IOException {
        super(link, size, link.role().ownCons, link.role().peerProd,
                VchanPage.NOTIFY_READ, VchanPage.NOTIFY_WRITE, true, spin);
        this.threshold = size / 4;
        startFrom(own());
    }

    @Override
    int amount(int own, int peer) {
        return peer - own;
    }

    @Override
    int mostPeerProgress(int published, int peer) {
        return size - (peer - published);
    }

    /** Gives back the space of bytes that were read, now or soon. */
    void release(int count) {
        advance(count);
        if (unpublished() >= threshold || cached() == 0 && drained()) {
            publish();
        } else {
            LatePublisher.expect();
        }
    }

    private boolean drained() {
        try {
            return poll() == 0;
        } catch (IOException e) {
            // The bytes just read are good. The fault is noted in the link, and the next call throws it.
            return false;
        }
    }
}
