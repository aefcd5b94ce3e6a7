package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.wire.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** How a guest's ring comes and goes. */
class RingIntroductionTest extends RingServerFixture {

    @Test
    void shouldAnnounceItsFeaturesAndConnect() {
        assertThat(guest.word(RawGuest.CONNECTION)).isZero();
        assertThat(guest.word(RawGuest.ERROR)).isZero();
        assertThat(guest.word(RawGuest.FEATURES) & 3).isEqualTo(3);
        assertServes(guest);
    }

    @Test
    void shouldConnectAnewWhenTheGuestAsks() throws Exception {
        guest.ask(Operation.WATCH, "/g|t|");
        guest.ask(Operation.TRANSACTION_START, "|");
        guest.put(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        guest.poke(RawGuest.CONNECTION, 1);
        guest.kick();

        guest.awaitWord(RawGuest.CONNECTION, 0);
        for (int index : new int[] {RawGuest.REQ_CONS, RawGuest.REQ_PROD, RawGuest.RSP_CONS, RawGuest.RSP_PROD}) {
            assertThat(guest.word(index)).isZero();
        }
        assertThat(server.usage(5).watches()).isZero();
        assertThat(server.usage(5).transactions()).isZero();
        assertServes(new RawGuest(server.rings().guest(5)));
    }

    @Test
    void shouldConnectAnewAfterAnError() {
        guest.poke(RawGuest.REQ_PROD, -5);
        guest.kick();
        guest.awaitWord(RawGuest.ERROR, 2);
        guest.poke(RawGuest.CONNECTION, 1);
        guest.kick();

        guest.awaitWord(RawGuest.CONNECTION, 0);
        assertThat(guest.word(RawGuest.ERROR)).isZero();
        assertServes(new RawGuest(server.rings().guest(5)));
    }

    @Test
    void shouldBeginAnewWhenIntroducedAgain() throws Exception {
        Queue<String> introductions = new ConcurrentLinkedQueue<>();
        dom0.watch("@introduceDomain", introductions::add);
        await().atMost(LONG).until(() -> introductions.size() == 1);
        guest.ask(Operation.WATCH, "/g|t|");
        RawGuest again = introduced(5);

        assertThat(again.word(RawGuest.REQ_PROD)).isZero();
        assertThat(server.usage(5).watches()).isZero();
        assertThat(server.usage(5).connections()).isEqualTo(1);
        assertServes(again);
        introduced(6);
        await().atMost(LONG).until(() -> introductions.size() == 2);
        await().atMost(LONG).until(() -> server.rings().mapped() == 2);
    }

    @Test
    void shouldTellTheGuestAndGiveItsPageBackAtRelease() {
        server.release(5);

        await().atMost(LONG).until(() -> server.rings().mapped() == 0);
        assertThat(guest.word(RawGuest.ERROR)).isEqualTo(1);
        assertThat(server.knowsNothingOf(5)).isTrue();
    }

    @Test
    void shouldReleaseADomainThatDied() {
        server.rings().kill(5);

        await().atMost(LONG).until(() -> server.knowsNothingOf(5) && server.rings().mapped() == 0);
    }

    @Test
    void shouldTakeThePortFromThePage() throws Exception {
        TestRings.Guest dom0less = server.rings().guest(7);
        new RawGuest(dom0less).poke(RawGuest.PORT, dom0less.port());
        server.server().introduce(7, dom0less.frame(), 99);

        assertServes(new RawGuest(dom0less));
    }

    @Test
    void shouldAttachByRequest() throws Exception {
        RawGuest privileged = introduced(0);
        TestRings.Guest late = server.rings().guest(8);

        assertThat(text(privileged.ask(Operation.INTRODUCE, "8|1|" + late.port() + "|"))).isEqualTo("EINVAL\0");
        assertThat(text(privileged.ask(Operation.IS_DOMAIN_INTRODUCED, "8|"))).isEqualTo("F\0");
        assertThat(text(privileged.ask(Operation.INTRODUCE, "8|" + late.frame() + "|" + late.port() + "|")))
                .isEqualTo("OK\0");
        assertServes(new RawGuest(late));
        assertThat(text(privileged.ask(Operation.RELEASE, "8|"))).isEqualTo("OK\0");
        await().atMost(LONG).until(() -> server.rings().mapped() == 2);
    }

    /** What follows in the old ring is not handled, and the answer does not land in the new one. */
    @Test
    void shouldBeginAnewWhenAGuestIntroducesItself() throws Exception {
        RawGuest privileged = introduced(0);
        ByteBuffer both = ByteBuffer.allocate(200).put(RawGuest.request(Operation.INTRODUCE, 1, "0|1000|2000|"))
                .put(RawGuest.request(Operation.WRITE, 2, "/after|1")).flip();
        privileged.put(both);

        privileged.awaitWord(RawGuest.REQ_PROD, 0);
        assertServes(introduced(6));
        assertThat(dom0.exists("/after")).isFalse();
        assertThat(privileged.word(RawGuest.ERROR)).isZero();
        assertServes(new RawGuest(server.rings().guest(0)));
        assertThat(server.usage(0).connections()).as("in-process and ring").isEqualTo(2);
    }

    @Test
    void shouldNotIntroduceADomainThatCannotBeReached() {
        TestRings.Guest late = server.rings().guest(8);

        assertThatThrownBy(() -> server.server().introduce(8, 1, late.port())).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> server.server().introduce(8, late.frame(), 1)).isInstanceOf(IOException.class);
        assertThat(server.rings().mapped()).isEqualTo(1);
        assertThat(server.knowsNothingOf(8)).isTrue();
    }
}
