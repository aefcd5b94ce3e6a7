package dev.conduit.rendezvous.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int NAME = 42;

    private long now = SECOND;

    private static InetAddress address(String text) throws Exception {
        return InetAddress.getByName(text);
    }

    private Map<RateLimiter.Decision, Integer> decide(RateLimiter limiter, String client, int kind, int times)
            throws Exception {
        Map<RateLimiter.Decision, Integer> counts = new TreeMap<>();
        for (int i = 0; i < times; i++) {
            counts.merge(limiter.decide(address(client), kind, now), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void shouldLetRateThroughAndSendTheRestToTcp() throws Exception {
        RateLimiter limiter = new RateLimiter(10, 1, List.of(), 1);
        assertThat(decide(limiter, "192.0.2.1", NAME, 30))
                .containsExactly(Map.entry(RateLimiter.Decision.SEND, 10), Map.entry(RateLimiter.Decision.TRUNCATE, 20));
        now += SECOND / 2;
        assertThat(decide(limiter, "192.0.2.1", NAME, 30)).containsEntry(RateLimiter.Decision.SEND, 5);
        now += 60 * SECOND;
        assertThat(decide(limiter, "192.0.2.1", NAME, 30)).containsEntry(RateLimiter.Decision.SEND, 10);
    }

    @Test
    void shouldDropAllButEveryNth() throws Exception {
        RateLimiter limiter = new RateLimiter(10, 5, List.of(), 1);
        assertThat(decide(limiter, "192.0.2.1", NAME, 110)).containsExactly(Map.entry(RateLimiter.Decision.SEND, 10),
                Map.entry(RateLimiter.Decision.TRUNCATE, 20), Map.entry(RateLimiter.Decision.DROP, 80));
    }

    @Test
    void shouldCountNetworksAndKindsApart() throws Exception {
        RateLimiter limiter = new RateLimiter(10, 1, List.of(), 1);
        assertThat(decide(limiter, "192.0.2.1", NAME, 10)).containsOnlyKeys(RateLimiter.Decision.SEND);
        assertThat(decide(limiter, "192.0.2.200", NAME, 10)).as("same /24").containsOnlyKeys(RateLimiter.Decision.TRUNCATE);
        assertThat(decide(limiter, "192.0.3.1", NAME, 10)).containsOnlyKeys(RateLimiter.Decision.SEND);
        assertThat(decide(limiter, "192.0.2.1", NAME + 1, 10)).containsOnlyKeys(RateLimiter.Decision.SEND);
        assertThat(decide(limiter, "2001:db8::1", NAME, 10)).containsOnlyKeys(RateLimiter.Decision.SEND);
        assertThat(decide(limiter, "2001:db8:0:ff::1", NAME, 10)).as("same /56")
                .containsOnlyKeys(RateLimiter.Decision.TRUNCATE);
        assertThat(decide(limiter, "2001:db8:0:100::1", NAME, 10)).containsOnlyKeys(RateLimiter.Decision.SEND);
    }

    @Test
    void shouldNotLimitWhoIsExemptNorWhenOff() throws Exception {
        RateLimiter limiter = new RateLimiter(1, 1, ClientNetwork.LOOPBACK, 1);
        assertThat(decide(limiter, "127.0.0.1", NAME, 1000)).containsOnlyKeys(RateLimiter.Decision.SEND);
        assertThat(decide(new RateLimiter(0, 1, List.of(), 1), "192.0.2.1", NAME, 1000))
                .containsOnlyKeys(RateLimiter.Decision.SEND);
    }

    /** The table is small: a flood from everywhere passes, but one network among it stays near its rate. */
    @Test
    void shouldKeepLimitingWhileManyNetworksAsk() throws Exception {
        RateLimiter limiter = new RateLimiter(10, 1, List.of(), 1);
        int sent = 0;
        for (int i = 0; i < 3000; i++) {
            now += SECOND / 3000;
            if (limiter.decide(address("192.0.2.1"), NAME, now) == RateLimiter.Decision.SEND) {
                sent++;
            }
            limiter.decide(address("10." + (i >> 8) + "." + (i & 255) + ".1"), NAME, now);
        }
        assertThat(sent).isBetween(15, 25);
    }
}
