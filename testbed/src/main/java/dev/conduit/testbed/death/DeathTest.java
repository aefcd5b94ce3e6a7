package dev.conduit.testbed.death;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.rendezvous.ConduitTree;
import dev.conduit.testbed.actor.Dom0;
import dev.conduit.testbed.actor.Remote;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A domain on each Java is the victim in turn; the survivors are programs in dom0 on both Javas and in the guest on the
 * other Java. Each holds a persistent server, a client's end and a connection by name.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeathTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final XenStoreClient store;
    private final List<Remote> here;
    private Remote on17;
    private Remote on25;

    /** Which guest is the victim, by the Java in it. */
    enum Victim {
        ON_17, ON_25
    }

    DeathTest() throws Exception {
        store = XenStoreClients.connect();
        here = List.of(new Remote(store, 0, "dom0-17"), new Remote(store, 0, "dom0-25"));
    }

    @BeforeAll
    void start() throws Exception {
        ConduitTree.prepare(store);
        on17 = Dom0.guest(store, "g17");
        on25 = Dom0.guest(store, "g25");
    }

    @AfterAll
    void end() {
        Stream.concat(here.stream(), Stream.of(on17, on25)).forEach(Remote::end);
        store.close();
    }

    /** Guests that have died are booted again; a test that failed leaves nothing in the way of the next. */
    @AfterEach
    void clear() {
        here.forEach(one -> one.order("clear"));
        for (Victim which : Victim.values()) {
            if (Dom0.isRunning(victim(which).domain())) {
                victim(which).order("clear");
            } else {
                replace(which);
            }
        }
    }

    private Remote victim(Victim which) {
        return which == Victim.ON_17 ? on17 : on25;
    }

    private List<Ties> ties(Victim which) {
        Remote other = which == Victim.ON_17 ? on25 : on17;
        return Stream.concat(here.stream(), Stream.of(other)).map(one -> new Ties(one, victim(which))).toList();
    }

    private void replace(Victim which) {
        if (which == Victim.ON_17) {
            on17 = Dom0.boot(store, "g17", 17);
        } else {
            on25 = Dom0.boot(store, "g25", 25);
        }
    }

    private void open(Victim which, List<Ties> ties) {
        victim(which).order("listen " + Ties.NAME + " 16");
        ties.forEach(Ties::open);
    }

    @ParameterizedTest
    @EnumSource
    void shouldGoOnWithAPeerThatWasKilledAndCameBack(Victim which) {
        List<Ties> ties = ties(which);
        Remote victim = victim(which);
        List<String> before = ties.stream().map(Ties::taken).toList();
        int pages = Dom0.grants(victim.domain());
        open(which, ties);

        victim.kill();
        ties.forEach(Ties::checkProcessDied);
        victim.awaitStart();
        victim.order("listen " + Ties.NAME + " 16");
        ties.forEach(one -> one.renew(victim));

        ties.forEach(Ties::close);
        victim.order("clear");
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(ties.stream().map(Ties::taken).toList()).isEqualTo(before);
            assertThat(Dom0.grants(victim.domain())).isEqualTo(pages);
        });
        checkStoreIsClean();
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellThatThePeersDomainWasDestroyed(Victim which) {
        List<Ties> ties = ties(which);
        List<String> before = ties.stream().map(Ties::taken).toList();
        open(which, ties);

        Dom0.shell("xl destroy " + victim(which).domain());
        ties.forEach(Ties::checkDomainGone);
        checkNothingLeft(which, ties, before);
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellThatThePeersDomainShutDown(Victim which) {
        List<Ties> ties = ties(which);
        List<String> before = ties.stream().map(Ties::taken).toList();
        open(which, ties);

        victim(which).shutDown();
        ties.forEach(Ties::checkDomainShutDown);
        checkNothingLeft(which, ties, before);
    }

    /** A dead domain is known to Xen as long as anybody has a page of it mapped. */
    private void checkNothingLeft(Victim which, List<Ties> ties, List<String> before) {
        ties.forEach(Ties::close);
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(Dom0.isKnown(victim(which).domain())).as("Xen knows the dead domain").isFalse();
            for (int i = 0; i < ties.size(); i++) {
                ties.get(i).checkNothingLeft(before.get(i));
            }
        });
        checkStoreIsClean();
    }

    private void checkStoreIsClean() {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(store.list("/conduit")).containsExactly("flows");
            assertThat(store.list("/conduit/flows")).isEmpty();
            assertThat(Dom0.vchans()).isEmpty();
        });
    }
}
