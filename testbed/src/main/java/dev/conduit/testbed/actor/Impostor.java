package dev.conduit.testbed.actor;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.Platform;
import dev.conduit.core.SharedPages;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * A server that shares a control page, writes rubbish into it, takes it away and begins anew: what the C program does to
 * servers, for clients. Offsets and values are those of {@code struct vchan_interface} in Xen's
 * {@code public/io/libxenvchan.h}.
 */
final class Impostor {

    private static final int ORDERS = 16;
    private static final int CLIENT_LIVE = 20;
    private static final int GRANTS = 24;
    private static final int OPEN = 1;
    private static final long ROUND = 500_000_000L;
    private static final int RINGS = 8;

    private final Platform platform;
    private final DomainId client;
    private final String path;
    private final Random random;
    private volatile boolean stopped;

    Impostor(Platform platform, DomainId client, String path, long seed) {
        this.platform = platform;
        this.client = client;
        this.path = path;
        this.random = new Random(seed);
    }

    /** Until it is stopped; returns how many pages clients took. */
    String run() throws Exception {
        int taken = 0;
        while (!stopped) {
            try (SharedPages control = platform.grants().share(client, 1, GrantAccess.READ_WRITE, false);
                    SharedPages rings = platform.grants().share(client, RINGS, GrantAccess.READ_WRITE, false);
                    EventPort port = platform.events().allocateUnbound(client)) {
                prepare(control.buffer(), rings.refs());
                publish(control.refs()[0], port.number());
                taken += round(control.buffer(), port) ? 1 : 0;
            } finally {
                platform.xenStore().remove(path);
            }
        }
        return taken + " pages taken";
    }

    void stop() {
        stopped = true;
    }

    /** Both rings have four pages; now and then the page is wrong from the beginning. */
    private void prepare(ByteBuffer page, int[] refs) {
        page.putInt(ORDERS, 14 | 14 << 16);
        page.putInt(CLIENT_LIVE, 2 | OPEN << 8 | 1 << 16);
        for (int i = 0; i < refs.length; i++) {
            page.putInt(GRANTS + 4 * i, refs[i]);
        }
        if (random.nextInt(4) == 0) {
            scribble(page);
        }
    }

    private void publish(int ref, int port) throws IOException {
        XenStoreClient store = platform.xenStore();
        List<Permission> readable = List.of(
                new Permission(Access.NONE, platform.self().value()), new Permission(Access.READ, client.value()));
        store.transaction(transaction -> {
            transaction.write(path + "/ring-ref", Integer.toString(ref));
            transaction.setPermissions(path + "/ring-ref", readable);
            transaction.write(path + "/event-channel", Integer.toString(port));
            transaction.setPermissions(path + "/event-channel", readable);
            return null;
        });
    }

    /** Rubbish from the moment the client is there; whether one was. */
    private boolean round(ByteBuffer page, EventPort port) throws Exception {
        boolean taken = false;
        for (long end = System.nanoTime() + ROUND; System.nanoTime() < end; ) {
            taken |= page.get(CLIENT_LIVE) == OPEN;
            if (taken) {
                scribble(page);
                port.send();
            }
            Thread.sleep(1);
        }
        return taken;
    }

    private void scribble(ByteBuffer page) {
        int index = 4 * random.nextInt(4);
        switch (random.nextInt(6)) {
            case 0 -> page.putInt(index, random.nextInt());
            case 1, 2 -> page.putInt(index, page.getInt(index) + random.nextInt(300));
            case 3 -> page.put(ORDERS + random.nextInt(4), (byte) random.nextInt());
            case 4 -> page.put(CLIENT_LIVE + random.nextInt(4), (byte) random.nextInt(4));
            default -> page.putInt(GRANTS + 4 * random.nextInt(RINGS), random.nextInt(2000));
        }
    }
}
