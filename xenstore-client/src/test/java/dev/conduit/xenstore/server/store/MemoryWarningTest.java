package dev.conduit.xenstore.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.store.Limits.Kind;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryWarningTest {

    private static final Limits LIMITS = Limits.standard().with(Kind.SOFT_MEMORY, 100);

    private long nanos = Long.MAX_VALUE - 5;
    private final MemoryWarning warning = new MemoryWarning(() -> nanos);

    private boolean told(long memory) {
        return warning.check(5, memory, LIMITS);
    }

    @Test
    void shouldTellOnceAMinuteAtMost() {
        assertThat(told(100)).as("the limit itself").isFalse();
        assertThat(told(101)).isTrue();
        assertThat(told(500)).as("told already").isFalse();
        assertThat(told(50)).as("too soon").isFalse();
        nanos += TimeUnit.SECONDS.toNanos(59);
        assertThat(told(50)).isFalse();
        nanos += TimeUnit.SECONDS.toNanos(1);
        assertThat(told(200)).as("still above").isFalse();
        assertThat(told(50)).as("below again").isTrue();
        assertThat(told(200)).as("too soon").isFalse();
    }

    @Test
    void shouldNotTellWithoutALimit() {
        assertThat(warning.check(5, Long.MAX_VALUE, LIMITS.with(Kind.SOFT_MEMORY, 0))).isFalse();
    }
}
