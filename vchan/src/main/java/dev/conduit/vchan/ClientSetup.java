package dev.conduit.vchan;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.PageRegion;
import dev.conduit.core.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Makes the client's end, in the order of libxenvchan: event port; control page with its unmap notification; private
 * copy of the orders and grants, checked; rings; live byte, notify byte, event. What was acquired is given back when a
 * step fails.
 */
final class ClientSetup {

    private final Platform platform;
    private final DomainId server;
    private final VchanOptions options;
    private final Acquired acquired = new Acquired();
    private boolean seenByServer;

    ClientSetup(Platform platform, DomainId server, VchanOptions options) {
        this.platform = platform;
        this.server = server;
        this.options = options;
    }

    RingChannel connect(int ringRef, int eventChannel) throws IOException {
        checkPositive(VchanNodes.RING_REF, ringRef);
        checkPositive(VchanNodes.EVENT_CHANNEL, eventChannel);
        try {
            return make(ringRef, eventChannel);
        } catch (IOException | RuntimeException e) {
            acquired.release();
            throw e;
        }
    }

    /** Whether the server can tell that somebody came: when it failed then, the server takes its client for gone. */
    boolean seenByServer() {
        return seenByServer;
    }

    private RingChannel make(int ringRef, int eventChannel) throws IOException {
        EventPort port = platform.events().bind(server, eventChannel);
        acquired.add(port::close);
        PageRegion control =
                platform.grants().map(server, new int[] {ringRef}, GrantAccess.READ_WRITE, false);
        acquired.add(control::close);
        control.notifyOnUnmap(VchanPage.CLI_LIVE, port);
        seenByServer = true;
        ByteBuffer page = control.buffer();
        RingOrder orders = RingOrder.validated(
                Short.toUnsignedInt(page.getShort(VchanPage.LEFT_ORDER)),
                Short.toUnsignedInt(page.getShort(VchanPage.RIGHT_ORDER)));
        PageRegion left = map(page, VchanPage.GRANTS, orders.leftPages(), GrantAccess.READ_WRITE);
        PageRegion right = map(page, VchanPage.GRANTS + Integer.BYTES * orders.leftPages(), orders.rightPages(),
                GrantAccess.READ_ONLY);

        ChannelParts parts =
                new ChannelParts(platform, server, options, port, control, orders, left, right);
        Link link = parts.link(Role.CLIENT);
        if (link.peerEnded()) {
            throw new VchanPeerClosedException(link.state(), "the vchan of domain " + server + " with ring-ref "
                    + ringRef + " is closed already");
        }
        RingChannel channel = parts.channel(link, () -> {});
        announce(parts.words(), link);
        return channel;
    }

    private static void checkPositive(String what, int number) {
        if (number <= 0) {
            throw new IllegalArgumentException(
                    what + " " + number + " is not between 1 and " + Integer.MAX_VALUE);
        }
    }

    private PageRegion map(ByteBuffer page, int offset, int pages, GrantAccess access) throws IOException {
        if (pages == 0) {
            return null;
        }
        int[] refs = new int[pages];
        for (int i = 0; i < pages; i++) {
            int at = offset + Integer.BYTES * i;
            refs[i] = page.getInt(at);
            if (refs[i] <= 0) {
                String field = VchanPage.field(at);
                throw new VchanProtocolException(field, field + " is " + Integer.toUnsignedString(refs[i])
                        + ", not between 1 and " + Integer.MAX_VALUE);
            }
        }
        PageRegion region = platform.grants().map(server, refs, access, options.mirrored());
        acquired.add(region::close);
        return region;
    }

    /** Tells the server that this side is there. Servers that block before their first look wait for the event. */
    private static void announce(SharedWords words, Link link) {
        words.storeLiveRelease(VchanPage.CLI_LIVE, VchanPage.LIVE_OPEN);
        link.request(VchanPage.NOTIFY_WRITE);
        link.send();
    }
}
