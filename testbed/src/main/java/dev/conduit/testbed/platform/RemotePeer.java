package dev.conduit.testbed.platform;

import dev.conduit.core.DomainId;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The {@link PlatformPeer} of another domain, which does what its methods say; each waits for the answer, and throws a
 * {@link PlatformException} with the peer's message when that refused.
 */
final class RemotePeer {

    /** Java starts slowly on an emulated processor. */
    private static final Duration PATIENCE = Duration.ofMinutes(6);

    private final DomainId domain;
    private final Letterbox letters;

    /** A region of the peer. */
    record Region(int number, boolean mirrored, int[] refs) {
    }

    private RemotePeer(DomainId domain, Letterbox letters) {
        this.domain = domain;
        this.letters = letters;
    }

    /** The peer the suite's script names; all it had open is closed. */
    static RemotePeer of(Platform platform) throws Exception {
        String value = System.getProperty("conduit.testbed.peer");
        if (value == null) {
            throw new IllegalStateException("no system property conduit.testbed.peer: testbed/run starts these tests");
        }
        DomainId domain = DomainId.parse(value);
        RemotePeer peer = new RemotePeer(domain, new Letterbox(platform, domain, "request", "reply"));
        peer.reset();
        return peer;
    }

    DomainId domain() {
        return domain;
    }

    void reset() throws Exception {
        ask("reset");
    }

    /** For this domain. */
    Region share(int pages, GrantAccess access, boolean mirrored) throws Exception {
        return region(ask("share " + pages + " " + access + " " + mirrored));
    }

    /** Of this domain. */
    Region map(int[] refs, GrantAccess access, boolean mirrored) throws Exception {
        return region(ask("map " + access + " " + mirrored + " "
                + IntStream.of(refs).mapToObj(Integer::toString).collect(Collectors.joining(" "))));
    }

    private static Region region(String answer) {
        String[] words = answer.split(" ");
        int[] refs = IntStream.range(2, words.length).map(i -> Integer.parseInt(words[i])).toArray();
        return new Region(Integer.parseInt(words[0]), Boolean.parseBoolean(words[1]), refs);
    }

    int get(Region region, int offset) throws Exception {
        return Integer.parseInt(ask("get " + region.number() + " " + offset));
    }

    void put(Region region, int offset, int value) throws Exception {
        ask("put " + region.number() + " " + offset + " " + value);
    }

    void notifyOnUnmap(Region region, int offset, int port) throws Exception {
        ask("notify " + region.number() + " " + offset + " " + port);
    }

    void close(Region region) throws Exception {
        ask("close " + region.number());
    }

    /** A port this domain may bind to. */
    int allocateUnbound() throws Exception {
        return Integer.parseInt(ask("allocate"));
    }

    /** Binds to a port of this domain. */
    int bind(int remotePort) throws Exception {
        return Integer.parseInt(ask("bind " + remotePort));
    }

    void send(int port) throws Exception {
        ask("send " + port);
    }

    /** Waits there until the count differs, for 60 s; returns it. */
    long events(int port, long seen) throws Exception {
        return Long.parseLong(ask("events " + port + " " + seen));
    }

    void closePort(int port) throws Exception {
        ask("close-port " + port);
    }

    /** Has the peer's process killed with SIGKILL; another one takes its place. */
    void kill() throws Exception {
        ask("kill");
    }

    private String ask(String text) throws Exception {
        long number = letters.lastSent() + 1;
        letters.send(number, text);
        Letterbox.Letter reply = letters.receive(number - 1, PATIENCE).orElseThrow(() -> new AssertionError(
                "domain " + domain + " did not answer '" + text + "' within " + PATIENCE.toSeconds() + " s"));
        if (reply.text().startsWith("refused ")) {
            throw new PlatformException(reply.text().substring("refused ".length()));
        }
        return reply.text().substring("done ".length());
    }
}
