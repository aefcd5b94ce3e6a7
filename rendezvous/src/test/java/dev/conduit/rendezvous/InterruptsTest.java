package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InterruptsTest {

    @Test
    void shouldRunWorkToItsEndAndLeaveInterruptPending() {
        AtomicInteger runs = new AtomicInteger();
        Thread.currentThread().interrupt();
        Interrupts.deferred(() -> {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            if (runs.incrementAndGet() < 3) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("again");
            }
        });
        assertThat(runs).hasValue(3);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void shouldNotInterruptWhenNobodyDid() {
        Interrupts.deferred(() -> { });
        assertThat(Thread.interrupted()).isFalse();
    }
}
