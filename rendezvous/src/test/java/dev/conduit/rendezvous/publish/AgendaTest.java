package dev.conduit.rendezvous.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;

/** What is done when, with a clock of the test's. */
class AgendaTest {

    private static final Duration REFRESH = Duration.ofMinutes(1);
    private static final Name WWW = Name.fromConstantString("www.lab.test.");
    private static final Name OLD = Name.fromConstantString("old.lab.test.");
    private static final Optional<PublishedService> SERVICE = Optional.of(new PublishedService("www.lab.test",
            Optional.empty(), List.of(InetAddress.getLoopbackAddress()), List.of(80), List.of()));

    private long now = Long.MAX_VALUE - 1000;
    private Agenda agenda;

    @BeforeEach
    void start() {
        agenda = new Agenda(REFRESH, new Random(7), now);
    }

    @Test
    void shouldReadListOfFormerRunFirstAndWithdrawWhatIsNotWanted() {
        agenda.want(WWW, SERVICE, now);
        assertThat(agenda.next(now).orElseThrow().name()).isEmpty();
        agenda.listed(List.of(OLD, WWW), now);
        Agenda.Job first = agenda.next(now).orElseThrow();
        assertThat(first.name()).contains(WWW);
        assertThat(first.wanted()).isEqualTo(SERVICE);
        agenda.done(first, now);
        Agenda.Job second = agenda.next(now).orElseThrow();
        assertThat(second.name()).contains(OLD);
        assertThat(second.wanted()).isEmpty();
        assertThat(agenda.isSettled()).isFalse();
        agenda.done(second, now);
        assertThat(agenda.isSettled()).isTrue();
        assertThat(agenda.size()).isEqualTo(1);
    }

    @Test
    void shouldLookAfterWhatIsPublished() {
        publish();
        assertThat(agenda.next(now)).isEmpty();
        assertThat(agenda.idleNanos(now)).isEqualTo(REFRESH.toNanos());
        now += REFRESH.toNanos();
        assertThat(agenda.next(now).orElseThrow().name()).contains(WWW);
        assertThat(agenda.isSettled()).as("it was, when it was looked at last").isTrue();
    }

    @Test
    void shouldPauseLongerAfterEachFailure() {
        agenda.listed(List.of(), now);
        agenda.want(WWW, SERVICE, now);
        Duration longest = Duration.ZERO;
        for (int failures = 0; failures < 12; failures++) {
            Agenda.Job job = agenda.next(now).orElseThrow();
            boolean news = agenda.failed(job, failure(PublishException.Kind.NAME, "foreign"), now);
            assertThat(news).isEqualTo(failures == 0);
            long pause = agenda.idleNanos(now);
            long base = Math.min(Agenda.LONGEST_PAUSE.toNanos(), Agenda.FIRST_PAUSE.toNanos() << failures);
            assertThat(pause).isBetween(base / 2, base / 2 + base);
            longest = Duration.ofNanos(pause);
            now += pause;
        }
        assertThat(longest).isGreaterThanOrEqualTo(Agenda.LONGEST_PAUSE.dividedBy(2));
        assertThat(agenda.problems()).containsExactly("foreign");
        agenda.done(agenda.next(now).orElseThrow(), now);
        assertThat(agenda.problems()).isEmpty();
        assertThat(agenda.isSettled()).isTrue();
    }

    @Test
    void shouldLeaveServerInPeaceForAllNamesWhenItFails() {
        agenda.listed(List.of(), now);
        agenda.want(WWW, SERVICE, now);
        agenda.want(OLD, SERVICE, now);
        agenda.failed(agenda.next(now).orElseThrow(), failure(PublishException.Kind.SERVER, "SERVFAIL"), now);
        assertThat(agenda.next(now)).isEmpty();
        assertThat(agenda.problems()).containsExactly("SERVFAIL");
        now += Agenda.FIRST_PAUSE.toNanos() * 2;
        Agenda.Job next = agenda.next(now).orElseThrow();
        assertThat(next.name()).as("perhaps it was the first name's fault").contains(OLD);
        agenda.done(next, now);
        assertThat(agenda.problems()).isEmpty();
        assertThat(agenda.next(now).orElseThrow().name()).contains(WWW);
    }

    @Test
    void shouldNotTakeOldResultForNewWish() {
        agenda.listed(List.of(), now);
        agenda.want(WWW, SERVICE, now);
        Agenda.Job publish = agenda.next(now).orElseThrow();
        agenda.want(WWW, Optional.empty(), now);
        agenda.done(publish, now);
        assertThat(agenda.isSettled()).isFalse();
        Agenda.Job withdraw = agenda.next(now).orElseThrow();
        assertThat(withdraw.wanted()).isEmpty();
        agenda.want(WWW, SERVICE, now);
        agenda.done(withdraw, now);
        assertThat(agenda.has(WWW)).isTrue();
    }

    @Test
    void shouldWithdrawAllAtOnceEvenFromFailingServer() {
        publish();
        agenda.want(OLD, SERVICE, now);
        agenda.failed(agenda.next(now).orElseThrow(), failure(PublishException.Kind.SERVER, "SERVFAIL"), now);
        agenda.withdrawAll(now);
        assertThat(agenda.next(now).orElseThrow().wanted()).isEmpty();
        while (agenda.size() > 0) {
            agenda.done(agenda.next(now).orElseThrow(), now);
        }
        assertThat(agenda.next(now)).isEmpty();
    }

    private void publish() {
        agenda.listed(List.of(), now);
        agenda.want(WWW, SERVICE, now);
        agenda.done(agenda.next(now).orElseThrow(), now);
    }

    private static PublishException failure(PublishException.Kind kind, String message) {
        return new PublishException(kind, message);
    }
}
