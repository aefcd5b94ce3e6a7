package dev.conduit.testbed.names;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.testbed.actor.Remote;
import dev.conduit.xenstore.Permission;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The same under oxenstored, which makes the owner of the folder the owner of what a guest writes there: names of guests are
 * made by the steward in dom0. Without it they are told what is missing, and leave nothing.
 */
class OxenstoredNamesTest extends NamesTest {

    private StewardProgram steward;

    @BeforeAll
    void startSteward() throws Exception {
        steward = StewardProgram.start();
        cast.g17.order("listen first 4"); // The first ask takes a new JVM seconds, on this emulated machine.
        cast.clear();
    }

    @AfterAll
    void endSteward() throws Exception {
        steward.end();
    }

    @Override
    List<Permission> rootPermissions() {
        return Layout.closedRootPermissions();
    }

    @Override
    List<Permission> flowsPermissions() {
        return Layout.closedFlowsPermissions();
    }

    @Override
    List<Permission> listenPermissions(DomainId server) {
        return Layout.closedListenPermissions(server);
    }

    /** The other guests would have to write into what the first one owns, and there it owns nothing. */
    @Test
    @Override
    void shouldShareANameAndTellHowMuchWentThrough() {
        cast.g17.order("share web 16");

        assertThat(cast.g25.tryOrder("share web 16").text()).contains("'web' cannot be shared")
                .contains("under this XenStore server (oxenstored) guests do not own what they make");
    }

    @Test
    void shouldTellGuestsThatNoStewardRuns() throws Exception {
        cast.dom0On25.order("listen echo 4");
        steward.end();
        try {
            assertNoSteward(cast.g17.tryOrder("listen mine 4"));
            assertNoSteward(cast.g25.tryOrder("dial one echo 60"));
        } finally {
            startSteward();
        }
    }

    private static void assertNoSteward(Remote.Reply reply) {
        assertThat(reply.done()).as(reply.text()).isFalse();
        assertThat(reply.text()).contains("no right").endsWith("start 'conduit init --serve' in dom0");
    }
}
