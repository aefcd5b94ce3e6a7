package dev.conduit.testbed.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.testbed.actor.Dom0;
import dev.conduit.testbed.actor.Remote;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The attacked is a program on each Java, in dom0 and in a guest; the attacker is the other guest. Whatever comes, it must
 * end in one of the exceptions a channel may throw, give everything back, and let the next channel work.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    /** The longest that an attack goes on; most have shown enough after a few seconds. */
    private static final int SECONDS = 100;
    /** What a peer can bring about; anything else, such as an index out of bounds, is a bug. */
    private static final String ALLOWED = "[0-9]+ bytes \\{((VchanProtocolException|VchanPeerClosedException"
            + "|VchanTimeoutException|PlatformException|end of stream|silence|still open)=[0-9]+(, )?)+\\}";

    private XenStoreClient store;
    private Map<String, Remote> actors;

    @BeforeAll
    void start() throws Exception {
        store = XenStoreClients.connect();
        actors = Map.of("dom0-17", new Remote(store, 0, "dom0-17"), "dom0-25", new Remote(store, 0, "dom0-25"),
                "g17", Dom0.guest(store, "g17"), "g25", Dom0.guest(store, "g25"));
    }

    @AfterAll
    void end() {
        actors.values().forEach(Remote::end);
        store.close();
    }

    @ParameterizedTest
    @CsvSource({"dom0-17, g25", "dom0-25, g17", "g17, g25", "g25, g17"})
    void shouldServeWhileTheClientScribblesInTheControlPage(String attacked, String attacker) {
        Siege siege = new Siege(attacked, attacker);
        siege.scribbler("header");
        String result = siege.attacked.order("besieged-server h " + siege.attacker.domain() + " " + SECONDS);

        assertThat(result).matches(ALLOWED).contains("VchanProtocolException");
        siege.checkScribbler();
        siege.checkAllIsWell();
    }

    /** The indices keep to the rules, so the server must go on, with garbage. */
    @ParameterizedTest
    @CsvSource({"dom0-17, g25", "g25, g17"})
    void shouldServeWhileTheClientScribblesInTheRings(String attacked, String attacker) {
        Siege siege = new Siege(attacked, attacker);
        siege.scribbler("rings");
        String result = siege.attacked.order("besieged-server h " + siege.attacker.domain() + " " + SECONDS);

        assertThat(result).matches("[1-9][0-9]+ bytes .*").matches(ALLOWED).doesNotContain("VchanProtocolException");
        siege.checkScribbler();
        siege.checkAllIsWell();
    }

    @ParameterizedTest
    @CsvSource({"dom0-17, g25", "dom0-25, g17", "g17, g25", "g25, g17"})
    void shouldConnectToAServerThatScribbles(String attacked, String attacker) {
        Siege siege = new Siege(attacked, attacker);
        siege.attacker.order("impostor h " + siege.attacked.domain());
        String result = siege.attacked.order("besieged-client h " + siege.attacker.domain() + " " + SECONDS);

        assertThat(result).matches(ALLOWED).contains("VchanProtocolException");
        assertThat(siege.attacker.order("stop-impostor")).matches("[1-9][0-9]* pages taken");
        siege.checkAllIsWell();
    }

    /** One attack, with what the two domains hold before it. */
    private final class Siege {

        final Remote attacked;
        final Remote attacker;
        private final String before;

        Siege(String attacked, String attacker) {
            this.attacked = actors.get(attacked);
            this.attacker = actors.get(attacker);
            this.before = taken();
        }

        void scribbler(String what) {
            attacker.order("start scribbler scribbler " + what + " " + attacked.domain() + " /local/domain/"
                    + attacked.domain() + "/data/vchan/" + attacker.domain() + "/h " + 2 * SECONDS + " " + what.hashCode());
        }

        void checkScribbler() {
            assertThat(attacker.order("stop scribbler")).isEqualTo("scribbling");
        }

        /** Nothing is left, and the next channel works in both roles. */
        void checkAllIsWell() {
            attacked.order("serve fresh " + attacker.domain());
            attacker.order("connect fresh " + attacked.domain());
            attacker.order("echo fresh");
            attacked.order("exchange fresh 5 100000 60");
            attacker.order("serve again " + attacked.domain());
            attacked.order("connect again " + attacker.domain());
            attacker.order("echo again");
            attacked.order("exchange again 6 100000 60");
            attacked.order("clear");
            attacker.order("clear");
            await().atMost(SOON).untilAsserted(() -> assertThat(taken()).isEqualTo(before));
        }

        private String taken() {
            return Dom0.portsBetween(attacked.domain(), attacker.domain()) + " ports, " + Dom0.grants(attacked.domain())
                    + " and " + Dom0.grants(attacker.domain()) + " pages";
        }
    }
}
