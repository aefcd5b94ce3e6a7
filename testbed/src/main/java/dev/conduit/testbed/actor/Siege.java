package dev.conduit.testbed.actor;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.vchan.Vchan;
import dev.conduit.vchan.VchanChannel;
import dev.conduit.vchan.VchanOptions;
import dev.conduit.vchan.VchanProtocolException;
import dev.conduit.vchan.VchanServer;
import dev.conduit.vchan.VchanTimeoutException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Opens and uses channels, one after another, to a peer that writes rubbish into the shared pages; counts the ends. It goes
 * on until it has seen enough, or time is up.
 */
final class Siege {

    private static final Duration ATTACH = Duration.ofSeconds(10);
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(200);
    /** A peer that has taken its pages away without a word stays silent for ever: the next channel shows more. */
    private static final int SILENCES = 5;
    private static final int ENOUGH_ENDS = 5;
    private static final int ENOUGH_BYTES = 50_000;

    private final Platform platform;
    private final DomainId peer;
    private final String path;
    private final long end;
    private final Map<String, Integer> ends = new TreeMap<>();
    private long bytes;

    Siege(Platform platform, DomainId peer, String path, Duration duration) {
        this.platform = platform;
        this.peer = peer;
        this.path = path;
        this.end = System.nanoTime() + duration.toNanos();
    }

    /** As server, with rings in the control page and with pages of their own in turn. */
    String serve() {
        for (int round = 0; !enough(); round++) {
            int size = round % 2 == 0 ? 1024 : 16384;
            try (VchanServer server = Vchan.open(platform, peer, VchanOptions.defaults().withRings(size, 2 * size))) {
                server.publish(path);
                server.awaitConnected(ATTACH);
                use(server.channel());
            } catch (IOException e) {
                count(e.getClass().getSimpleName());
            }
        }
        return result();
    }

    String connect() {
        while (!enough()) {
            try (VchanChannel channel = Vchan.connect(platform, peer, path, VchanOptions.defaults(), CONNECT)) {
                use(channel);
            } catch (IOException e) {
                count(e.getClass().getSimpleName());
            }
        }
        return result();
    }

    /** Both directions, until the channel ends, nothing comes any more, or time is up. */
    private void use(VchanChannel channel) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(5000);
        ByteBuffer out = ByteBuffer.allocate(700);
        for (int silences = 0; silences < SILENCES && !enough(); ) {
            channel.tryWrite(out.clear());
            try {
                int count = channel.read(in.clear(), SHORT);
                if (count < 0) {
                    count("end of stream");
                    return;
                }
                bytes += count;
                silences = 0;
            } catch (VchanTimeoutException silence) {
                count("silence");
                silences++;
            }
        }
        count("still open");
    }

    private boolean enough() {
        return System.nanoTime() >= end || bytes >= ENOUGH_BYTES
                || ends.getOrDefault(VchanProtocolException.class.getSimpleName(), 0) >= ENOUGH_ENDS;
    }

    private void count(String end) {
        ends.merge(end, 1, Integer::sum);
    }

    private String result() {
        return bytes + " bytes " + ends;
    }
}
