package dev.conduit.testbed.platform;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.PageRegion;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.core.Platforms;
import dev.conduit.core.SharedPages;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A process that does what the tests in another domain ask for, through {@link RemotePeer}; the argument is that domain.
 * Goes on until it is killed, also by a request; the suite's script starts it anew.
 */
final class PlatformPeer {

    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Platform platform;
    private final DomainId tests;
    private final Letterbox letters;
    private final Map<Integer, PageRegion> regions = new HashMap<>();
    private final Map<Integer, EventPort> ports = new HashMap<>();
    private int lastRegion;

    private PlatformPeer(Platform platform, DomainId tests) {
        this.platform = platform;
        this.tests = tests;
        letters = new Letterbox(platform, tests, "reply", "request");
    }

    public static void main(String[] arguments) throws Exception {
        try (Platform platform = Platforms.open()) {
            new PlatformPeer(platform, DomainId.parse(arguments[0])).serve();
        }
    }

    private void serve() throws Exception {
        long last = letters.lastSent();
        while (true) {
            Letterbox.Letter request = letters.receive(last, PAUSE).orElse(null);
            if (request != null) {
                last = request.number();
                String[] words = request.text().split(" ");
                letters.send(last, words[0].equals("kill") ? "done " : answer(words));
                if (words[0].equals("kill")) {
                    new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid())).start().waitFor();
                }
            }
        }
    }

    private String answer(String[] words) throws Exception {
        try {
            return "done " + execute(words);
        } catch (PlatformException | IllegalArgumentException e) {
            return "refused " + e.getMessage();
        }
    }

    private String execute(String[] words) throws Exception {
        switch (words[0]) {
            case "reset":
                regions.values().forEach(PageRegion::close);
                ports.values().forEach(EventPort::close);
                regions.clear();
                ports.clear();
                return "";
            case "share":
                return opened(platform.grants().share(tests, number(words, 1), GrantAccess.valueOf(words[2]),
                        Boolean.parseBoolean(words[3])));
            case "map":
                int[] refs = IntStream.range(3, words.length).map(i -> number(words, i)).toArray();
                return opened(platform.grants().map(tests, refs, GrantAccess.valueOf(words[1]),
                        Boolean.parseBoolean(words[2])));
            case "get":
                return "" + regions.get(number(words, 1)).buffer().getInt(number(words, 2));
            case "put":
                regions.get(number(words, 1)).buffer().putInt(number(words, 2), number(words, 3));
                return "";
            case "notify":
                regions.get(number(words, 1)).notifyOnUnmap(number(words, 2), ports.get(number(words, 3)));
                return "";
            case "close":
                regions.remove(number(words, 1)).close();
                return "";
            default:
                return executeEvents(words);
        }
    }

    private String executeEvents(String[] words) throws Exception {
        switch (words[0]) {
            case "allocate":
                return opened(platform.events().allocateUnbound(tests));
            case "bind":
                return opened(platform.events().bind(tests, number(words, 1)));
            case "send":
                ports.get(number(words, 1)).send();
                return "";
            case "events":
                return "" + next(ports.get(number(words, 1)), Long.parseLong(words[2]));
            case "close-port":
                ports.remove(number(words, 1)).close();
                return "";
            default:
                throw new IllegalArgumentException("unknown request " + words[0]);
        }
    }

    private static long next(EventPort port, long seen) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        long now = port.await(seen, deadline);
        while (now == seen && System.nanoTime() < deadline) {
            now = port.await(seen, deadline);
        }
        return now;
    }

    private String opened(PageRegion region) {
        regions.put(++lastRegion, region);
        String refs = region instanceof SharedPages shared
                ? IntStream.of(shared.refs()).mapToObj(ref -> " " + ref).collect(Collectors.joining()) : "";
        return lastRegion + " " + region.mirrored() + refs;
    }

    private String opened(EventPort port) {
        ports.put(port.number(), port);
        return "" + port.number();
    }

    private static int number(String[] words, int index) {
        return Integer.parseInt(words[index]);
    }
}
