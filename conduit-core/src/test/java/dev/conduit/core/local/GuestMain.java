package dev.conduit.core.local;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.PageRegion;
import dev.conduit.core.Platform;
import dev.conduit.core.SharedPages;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of its own that does what the lines on its standard input say, and answers each with one line. */
final class GuestMain {

    private static final int NOTIFY_OFFSET = 20;

    /** Keeps what is open reachable until the process is killed. */
    private final List<Object> open = new ArrayList<>();
    private Platform platform;

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
}
