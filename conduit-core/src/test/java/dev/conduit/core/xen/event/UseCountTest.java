package dev.conduit.core.xen.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UseCountTest {

    private final AtomicInteger given = new AtomicInteger();
    private final UseCount uses = new UseCount(given::incrementAndGet);

    @Test
    void shouldGiveBackWhenTheLastLeaves() {
        assertThat(uses.enter()).isTrue();
        assertThat(uses.enter()).isTrue();
        uses.close();
        uses.close();
        assertThat(uses.enter()).isFalse();
        uses.leave();
        assertThat(given).hasValue(0);
        uses.leave();
        assertThat(given).hasValue(1);
    }

    @Test
    void shouldGiveBackAtOnceWhenNobodyIsInside() {
        uses.close();
        uses.close();
        assertThat(given).hasValue(1);
        assertThat(uses.enter()).isFalse();
    }

    @Test
    void shouldGiveBackOnceWhileThreadsComeAndGo() throws Exception {
        for (int round = 0; round < 200; round++) {
            AtomicBoolean open = new AtomicBoolean(true);
            AtomicInteger closed = new AtomicInteger();
            AtomicBoolean usedLate = new AtomicBoolean();
            UseCount count = new UseCount(() -> {
                open.set(false);
                closed.incrementAndGet();
            });
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                threads.add(new Thread(() -> {
                    while (count.enter()) {
                        usedLate.compareAndSet(false, !open.get());
                        count.leave();
                    }
                }));
            }
            threads.forEach(Thread::start);
            count.close();
            for (Thread thread : threads) {
                thread.join(10_000);
            }
            assertThat(closed).hasValue(1);
            assertThat(usedLate).isFalse();
        }
    }
}
