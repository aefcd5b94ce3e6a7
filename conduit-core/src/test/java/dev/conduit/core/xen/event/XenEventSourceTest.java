package dev.conduit.core.xen.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.PosixLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waiting for events and being interrupted, with limits far longer than the tests may take. */
@Timeout(30)
class XenEventSourceTest {

    private static final long LONG = TimeUnit.SECONDS.toNanos(60);

    private final FakeXen xen = new FakeXen(PosixLoader.posix());
    private final FakeDomain domain = xen.domain(1);
    private final Evtchn evtchn;
    private final XenEventSource source;
    private final int[] ports = new int[8];

    XenEventSourceTest() throws PlatformException {
        evtchn = Evtchn.open(domain.posix(), FakeDomain.DEVICE);
        source = XenEventSource.open(domain.posix(), evtchn);
    }

    @AfterEach
    void close() {
        source.close();
        evtchn.close();
        assertThat(domain.open).isEmpty();
    }

    @Test
    void shouldEndTheNextTakeWhenInterrupted() throws Exception {
        source.interrupt();
        source.interrupt();
        assertThat(source.take(ports, LONG)).isZero();
        long begin = System.nanoTime();
        assertThat(source.take(ports, TimeUnit.MILLISECONDS.toNanos(20))).isZero();
        assertThat(System.nanoTime() - begin).as("the interrupt is used up").isGreaterThan(
                TimeUnit.MILLISECONDS.toNanos(15));
    }

    @Test
    void shouldEndTheRunningTakeWhenInterrupted() throws Exception {
        CompletableFuture<Integer> taken = takeInBackground();
        source.interrupt();
        assertThat(taken.get(20, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void shouldEndTheRunningTakeWithAnEvent() throws Exception {
        CompletableFuture<Integer> taken = takeInBackground();
        int port = evtchn.bindUnbound(2);
        xen.raise(1, port);
        assertThat(taken.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(ports[0]).isEqualTo(port);
    }

    /** Interrupted or not: what is pending comes along, what does not fit stays. */
    @Test
    void shouldTakeAsManyAsFit() throws Exception {
        for (int i = 0; i < 20; i++) {
            xen.raise(1, evtchn.bindUnbound(2));
        }
        source.interrupt();
        assertThat(source.take(ports, LONG)).isEqualTo(8);
        assertThat(source.take(ports, 0)).isEqualTo(8);
        assertThat(source.take(ports, 0)).isEqualTo(4);
        assertThat(source.take(ports, 0)).isZero();
    }

    @Test
    void shouldKeepItsDescriptorsUntilTheRunningTakeIsOut() throws Exception {
        int port = evtchn.bindUnbound(2);
        CompletableFuture<Integer> taken = takeInBackground();
        while (domain.waiting.get() == 0) {
            Thread.onSpinWait();
        }
        source.close();
        assertThat(domain.open).hasSize(3);

        xen.raise(1, port);

        assertThat(taken.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(domain.open).hasSize(1);
        int calls = domain.calls.get();
        assertThat(source.take(ports, LONG)).isZero();
        source.interrupt();
        assertThat(domain.calls.get() - calls).as("only the read of the device, which is open").isEqualTo(1);
    }

    private CompletableFuture<Integer> takeInBackground() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return source.take(ports, LONG);
            } catch (PlatformException e) {
                throw new AssertionError(e);
            }
        });
    }
}
