package dev.conduit.vchan;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.core.SharedPages;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Makes the server's end, in the order of libxenvchan: event port; control page with its unmap notification; zeros;
 * orders, live and notify bytes; rings with their grants. What was acquired is given back when a step fails.
 */
final class ServerSetup {

    private final Platform platform;
    private final DomainId client;
    private final VchanOptions options;
    private final Acquired acquired = new Acquired();

    ServerSetup(Platform platform, DomainId client, VchanOptions options) {
        this.platform = platform;
        this.client = client;
        this.options = options;
    }

    VchanServer open() throws IOException {
        try {
            return make();
        } catch (IOException | RuntimeException e) {
            acquired.release();
            throw e;
        }
    }

    private VchanServer make() throws IOException {
        RingOrder orders = options.orders();
        EventPort port = platform.events().allocateUnbound(client);
        acquired.add(port::close);
        SharedPages control = platform.grants().share(client, 1, GrantAccess.READ_WRITE, false);
        acquired.add(control::close);
        control.notifyOnUnmap(VchanPage.SRV_LIVE, port);
        ByteBuffer page = control.buffer();
        initialize(page, orders);
        SharedPages left = share(orders.leftPages(), GrantAccess.READ_WRITE);
        SharedPages right = share(orders.rightPages(),
                options.readOnlyToClient() ? GrantAccess.READ_ONLY : GrantAccess.READ_WRITE);
        int next = putRefs(page, VchanPage.GRANTS, left);
        putRefs(page, next, right);

        ChannelParts parts =
                new ChannelParts(platform, client, options, port, control, orders, left, right);
        Link link = parts.link(Role.SERVER);
        VchanNodes nodes = new VchanNodes(platform, client, control.refs()[0], port.number());
        RingChannel channel = parts.channel(link, nodes::remove);
        return new VchanServer(channel, link, nodes);
    }

    private SharedPages share(int pages, GrantAccess access) throws PlatformException {
        if (pages == 0) {
            return null;
        }
        SharedPages region = platform.grants().share(client, pages, access, options.mirrored());
        acquired.add(region::close);
        return region;
    }

    /** The peer does not know the reference yet, but might guess it: zeros first, whatever the platform gave. */
    private static void initialize(ByteBuffer page, RingOrder orders) {
        for (int offset = 0; offset < VchanPage.SIZE; offset += Long.BYTES) {
            page.putLong(offset, 0);
        }
        page.putShort(VchanPage.LEFT_ORDER, (short) orders.left());
        page.putShort(VchanPage.RIGHT_ORDER, (short) orders.right());
        page.put(VchanPage.CLI_LIVE, (byte) VchanPage.LIVE_NOT_YET);
        page.put(VchanPage.SRV_LIVE, (byte) VchanPage.LIVE_OPEN);
        page.put(VchanPage.CLI_NOTIFY, (byte) VchanPage.NOTIFY_WRITE);
    }

    private static int putRefs(ByteBuffer page, int offset, SharedPages region) {
        int next = offset;
        if (region != null) {
            for (int ref : region.refs()) {
                page.putInt(next, ref);
                next += Integer.BYTES;
            }
        }
        return next;
    }
}
