package dev.conduit.core.local;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.PageRegion;
import dev.conduit.core.Platform;
import dev.conduit.core.SharedPages;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.core.ring.OfferedRing;
import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of its own that does what the lines on its standard input say, and answers each with one line. */
final class GuestMain {

    private static final int NOTIFY_OFFSET = 20;
    /** {@code req_prod} in the page of a XenStore ring. */
    private static final int REQ_PROD = 2052;

    /** Keeps what is open reachable until the process is killed. */
    private final List<Object> open = new ArrayList<>();
    private Platform platform;
    private OfferedRing ring;
    private XenStoreClient ringClient;

    private GuestMain() {
    }

    public static void main(String[] args) throws Exception {
        GuestMain guest = new GuestMain();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(guest.execute(line.split(" ")));
                System.out.flush();
            }
        }
        System.exit(0);
    }

    private String execute(String[] words) throws Exception {
        switch (words[0]) {
            case "host":
                open.add(LocalHost.start(LocalHostOptions.standard().withDirectory(Path.of(words[1]))));
                return "host";
            case "heap":
                System.gc();
                return "" + (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
            case "open":
                platform = LocalPlatform.open(Path.of(words[1]), words[2]);
                return platform.self().toString();
            case "environment":
                platform = new LocalPlatformProvider().open();
                return platform.self().toString();
            case "map":
                return map(new DomainId(Integer.parseInt(words[1])), Integer.parseInt(words[2]),
                        Integer.parseInt(words[3]));
            case "share":
                return share(new DomainId(Integer.parseInt(words[1])));
            case "write":
                platform.xenStore().write(words[1], words[2]);
                return "written";
            case "ring":
                ring = OfferedRing.offer(platform, new DomainId(Integer.parseInt(words[1])));
                open.add(ring);
                return ring.frame() + " " + ring.port();
            case "ring-connect":
                ringClient = XenStoreClients.connect(ring, ClientOptions.defaults());
                open.add(ringClient.watch(words[1], path -> { }));
                return "connected";
            case "ring-write":
                ringClient.write(words[1], words[2]);
                return "written";
            case "ring-half":
                return halfARequest();
            case "close":
                platform.close();
                return "closed";
            default:
                throw new IllegalArgumentException(words[0]);
        }
    }

    /** Maps a page, with an unmap notification on a port bound to the owner's. */
    private String map(DomainId owner, int ref, int remotePort) throws Exception {
        EventPort port = platform.events().bind(owner, remotePort);
        PageRegion region = platform.grants().map(owner, new int[] {ref}, GrantAccess.READ_WRITE, false);
        region.notifyOnUnmap(NOTIFY_OFFSET, port);
        region.buffer().putInt(NOTIFY_OFFSET, 0x01010101);
        open.add(region);
        return "mapped " + port.number();
    }

    /** Shares a page, with an unmap notification on a fresh port. */
    private String share(DomainId peer) throws Exception {
        EventPort port = platform.events().allocateUnbound(peer);
        SharedPages region = platform.grants().share(peer, 1, GrantAccess.READ_WRITE, false);
        region.notifyOnUnmap(NOTIFY_OFFSET, port);
        region.buffer().putInt(NOTIFY_OFFSET, 0x01010101);
        region.buffer().putInt(0, 4711);
        open.add(region);
        return region.refs()[0] + " " + port.number();
    }

    /** Puts the first ten bytes of a request in the ring and tells the server. */
    private String halfARequest() throws Exception {
        ByteBuffer page = ring.page();
        int produced = page.getInt(REQ_PROD);
        for (int i = 0; i < 10; i++) {
            page.put((produced + i) % 1024, (byte) 1);
        }
        VarHandle.fullFence();
        page.putInt(REQ_PROD, produced + 10);
        ring.notifyPeer();
        return "half";
    }
}
