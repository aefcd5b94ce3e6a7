package dev.conduit.vchan;

import java.io.IOException;

/** The writing half of a ring: owns prod, watches cons. */
final class Producer extends RingHalf {

    private final int flushThreshold;
    private final boolean late;

    Producer(Link link, int size, FlushPolicy flush, Spin spin) throws IOException {
        super(link, size, link.role().ownProd, link.role().peerCons,
                VchanPage.NOTIFY_WRITE, VchanPage.NOTIFY_READ, flush.defers(), spin);
        this.flushThreshold = flush.threshold(size);
        this.late = flush.publishesLate();
        startFrom(own() - size);
    }

    @Override
    int amount(int own, int peer) {
        return size - (own - peer);
    }

    @Override
    int mostPeerProgress(int published, int peer) {
        return published - peer;
    }

    /** Publishes what the flush policy wants published at the end of a write. */
    void publishByPolicy() {
        int unpublished = unpublished();
        if (unpublished >= flushThreshold) {
            publish();
        } else if (late && unpublished != 0) {
            LatePublisher.expect();
        }
    }
}
