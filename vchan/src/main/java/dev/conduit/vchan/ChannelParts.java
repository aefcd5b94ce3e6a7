package dev.conduit.vchan;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.PageRegion;
import dev.conduit.core.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a channel is built from, the same on both sides: the control page, the two rings and the event port. Building
 * it copies nothing from the page but the indices to start from.
 */
final class ChannelParts {

    private final Platform platform;
    private final DomainId peer;
    private final VchanOptions options;
    private final EventPort port;
    private final PageRegion control;
    private final RingOrder orders;
    private final PageWords words;
    /** Regions of the rings; null for one that lies in the control page. */
    private final PageRegion left;
    private final PageRegion right;

    ChannelParts(Platform platform, DomainId peer, VchanOptions options, EventPort port, PageRegion control,
            RingOrder orders, PageRegion left, PageRegion right) {
        this.platform = platform;
        this.peer = peer;
        this.options = options;
        this.port = port;
        this.control = control;
        this.orders = orders;
        this.left = left;
        this.right = right;
        this.words = new PageWords(control.buffer());
    }

    PageWords words() {
        return words;
    }

    Link link(Role role) {
        boolean persistent = role == Role.SERVER && options.persistent();
        return new Link(platform, peer, role, persistent, words, port);
    }

    /**
     * Makes the channel.
     *
     * @param afterClose what else to do at the end of close
     */
    RingChannel channel(Link link, Runnable afterClose) throws IOException {
        boolean server = link.role() == Role.SERVER;
        ByteBuffer leftBytes = bytes(left, orders.left());
        ByteBuffer rightBytes = bytes(right, orders.right());
        RingBytes read = server ? ring(leftBytes.asReadOnlyBuffer(), left) : ring(rightBytes.asReadOnlyBuffer(), right);
        RingBytes write = server ? ring(rightBytes, right) : ring(leftBytes, left);
        int writeSize = server ? orders.rightBytes() : orders.leftBytes();
        int readSize = server ? orders.leftBytes() : orders.rightBytes();
        Producer producer = new Producer(link, writeSize, options.flush(), new Spin(options.spinNanos()));
        Consumer consumer = new Consumer(link, readSize, readSize / 4, new Spin(options.spinNanos()));
        Waiter waiter = new Waiter(link, producer, consumer, options.watchdogNanos());
        LatePublisher.add(consumer);
        if (options.flush().publishesLate()) {
            LatePublisher.add(producer);
        }
        return new RingChannel(link, new Outlet(link, waiter, producer, write), new Inlet(link, waiter, consumer, read),
                () -> {
                    if (!server && options.farewellNanos() > 0) {
                        new Farewell(words, link, readSize, options.farewellNanos()).say();
                    }
                    release(link);
                    afterClose.run();
                });
    }

    /**
     * Says good-bye and gives the memory and the port back. The control page goes before the rings: a write that still
     * runs in another thread can then no longer publish bytes that went nowhere.
     */
    private void release(Link link) {
        words.storeLiveRelease(link.role().ownLive, VchanPage.LIVE_GONE);
        link.send();
        control.close();
        if (left != null) {
            left.close();
        }
        if (right != null) {
            right.close();
        }
        port.close();
    }

    private ByteBuffer bytes(PageRegion region, int order) {
        return region != null ? region.buffer()
                : control.buffer().duplicate().position(RingOrder.placeInPage(order))
                        .limit(RingOrder.placeInPage(order) + (1 << order));
    }

    private static RingBytes ring(ByteBuffer bytes, PageRegion region) {
        return new RingBytes(bytes, region != null && region.mirrored());
    }
}
