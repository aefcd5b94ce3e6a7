package dev.conduit.testbed.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a guest may and may not do, and how it meets dom0. */
class GuestRightsTest {

    private final String base = "data/rights";
    private final int self = Place.domain();
    private XenStoreClient client;

    @BeforeEach
    void open() throws Exception {
        client = XenStoreClients.connect(Place.DEVICE);
        client.mkdir(base);
    }

    @AfterEach
    void close() throws Exception {
        client.remove(base);
        client.close();
    }

    @Test
    void shouldKnowItsDomain() throws Exception {
        String home = "/local/domain/" + self;

        assertThat(client.readString("domid")).isEqualTo(Integer.toString(self));
        assertThat(client.domainPath(self)).isEqualTo(home);
        client.write(base + "/a", "1");
        assertThat(client.readString(home + "/" + base + "/a")).isEqualTo("1");
    }

    @Test
    void shouldBeRefusedWhatBelongsToOthers() {
        refused("EACCES", () -> client.write("/conduit-testbed/guest", "1"));
        refused("EACCES", () -> client.write("/local/domain/0/guest", "1"));
        refused("EACCES", () -> client.mkdir("not-data"));
        refused("EACCES", () -> client.administration().release(0));
    }

    /** The suite's script in dom0 reads the question and writes the answer. */
    @Test
    void shouldTalkWithDom0() throws Exception {
        client.write("data/question", "6 * 7");

        String answer = client.waitFor(store -> store.readStringOptional("data/answer").orElse(null), Duration.ofSeconds(120));
        assertThat(answer).isEqualTo("42");
    }

    /** 128 watches, with oxenstored 100, some are the kernel's own. It makes EINVAL of errors it does not know: EQUOTA. */
    @Test
    void shouldGoOnAfterTheQuotaOfWatches() throws Exception {
        List<XenStoreClient.Watch> watches = new ArrayList<>();
        try {
            refused(Place.ocaml() ? "EINVAL" : "E2BIG", () -> {
                for (int i = 0; i < 200; i++) {
                    watches.add(client.watch(base + "/w" + i, path -> { }));
                }
            });
            assertThat(watches).hasSizeBetween(50, 128);
        } finally {
            watches.forEach(XenStoreClient.Watch::close);
        }
        client.watch(base + "/again", path -> { }).close();
    }

    @Test
    void shouldGoOnAfterTheQuotaOfAValue() throws Exception {
        refused(Place.ocaml() ? "E2BIG" : "ENOSPC", () -> client.write(base + "/a", new byte[3000]));

        client.write(base + "/a", new byte[1500]);
        assertThat(client.read(base + "/a")).hasSize(1500);
    }

    private static void refused(String error, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(XenStoreException.class,
                e -> assertThat(e.error()).as(e.getMessage()).isEqualTo(error));
    }
}
