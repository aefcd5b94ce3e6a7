package dev.conduit.rendezvous.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The cache, with a clock and a source of the test's. */
@Timeout(60)
class CachingResolverTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Target WWW = Target.parse("www");
    private static final List<Endpoint> HERE = List.of(new Endpoint.OnHost("www"));

    private final AtomicLong seconds = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void shouldRememberForTtl() throws IOException {
        CachingResolver cache = cache(10, (target, timeout) -> new Resolution(HERE, Duration.ofSeconds(5)));
        assertThat(cache.resolve(WWW, LONG).ttl()).isEqualTo(Duration.ofSeconds(5));
        seconds.set(4);
        assertThat(cache.resolve(WWW, LONG)).isEqualTo(new Resolution(HERE, Duration.ofSeconds(1)));
        assertThat(asked).hasValue(1);
        seconds.set(5);
        cache.resolve(WWW, LONG);
        assertThat(asked).hasValue(2);
    }

    @Test
    void shouldRememberThatNameIsUnknown() throws IOException {
        CachingResolver cache = cache(10, (target, timeout) -> new Resolution(List.of(), Duration.ofSeconds(7)));
        cache.resolve(WWW, LONG);
        seconds.set(6);
        assertThat(cache.resolve(WWW, LONG).endpoints()).isEmpty();
        assertThat(asked).hasValue(1);
        seconds.set(7);
        cache.resolve(WWW, LONG);
        assertThat(asked).hasValue(2);
    }

    @Test
    void shouldNotRememberWhatIsGoodForOnce() throws IOException {
        CachingResolver cache = cache(10, (target, timeout) -> new Resolution(HERE, Duration.ZERO));
        cache.resolve(WWW, LONG);
        cache.resolve(WWW, LONG);
        assertThat(asked).hasValue(2);
    }

    @Test
    void shouldNotRememberLongerThanAnHour() throws IOException {
        CachingResolver cache = cache(10, (target, timeout) -> new Resolution(HERE, Duration.ofDays(30)));
        cache.resolve(WWW, LONG);
        seconds.set(3599);
        cache.resolve(WWW, LONG);
        seconds.set(3600);
        cache.resolve(WWW, LONG);
        assertThat(asked).hasValue(2);
    }

    @Test
    void shouldNotRememberFailures() throws IOException {
        CachingResolver cache = cache(10, (target, timeout) -> {
            if (asked.get() == 1) {
                throw new IOException("no answer");
            }
            return new Resolution(HERE, Duration.ofSeconds(5));
        });
        assertThatThrownBy(() -> cache.resolve(WWW, LONG)).hasMessage("no answer");
        assertThat(cache.resolve(WWW, LONG).endpoints()).isEqualTo(HERE);
    }

    @Test
    void shouldForgetWhatWasNotAskedForLongest() throws IOException {
        CachingResolver cache = cache(2, (target, timeout) -> new Resolution(HERE, Duration.ofSeconds(5)));
        cache.resolve(Target.parse("a"), LONG);
        cache.resolve(Target.parse("b"), LONG);
        cache.resolve(Target.parse("a"), LONG);
        cache.resolve(Target.parse("c"), LONG);
        assertThat(asked).hasValue(3);
        cache.resolve(Target.parse("a"), LONG);
        assertThat(asked).hasValue(3);
        cache.resolve(Target.parse("b"), LONG);
        assertThat(asked).hasValue(4);
    }

    @Test
    void shouldAskOnceForManyCallers() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        CachingResolver cache = cache(10, (target, timeout) -> {
            pause(answer);
            return new Resolution(HERE, Duration.ZERO);
        });
        List<CompletableFuture<Resolution>> callers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            callers.add(ask(cache, LONG, threads));
        }
        await().atMost(LONG).until(() -> threads.stream().allMatch(thread ->
                thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING));
        answer.countDown();
        for (CompletableFuture<Resolution> caller : callers) {
            assertThat(caller.get(30, TimeUnit.SECONDS).endpoints()).isEqualTo(HERE);
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void shouldAskAgainWhenTheOneWhoAskedGaveUp() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CachingResolver cache = cache(10, (target, timeout) -> {
            if (asked.get() == 1) {
                pause(first);
                throw new InterruptedIOException("interrupted");
            }
            return new Resolution(HERE, Duration.ZERO);
        });
        List<Thread> threads = new ArrayList<>();
        CompletableFuture<Resolution> gaveUp = ask(cache, LONG, threads);
        await().atMost(LONG).until(() -> asked.get() == 1);
        CompletableFuture<Resolution> waits = ask(cache, LONG, threads);
        await().atMost(LONG).until(() -> threads.get(1).getState() == Thread.State.TIMED_WAITING);
        first.countDown();
        assertThat(waits.get(30, TimeUnit.SECONDS).endpoints()).isEqualTo(HERE);
        assertThat(gaveUp).failsWithin(LONG).withThrowableThat().havingRootCause()
                .isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void shouldWaitForOthersOnlyAsLongAsAsked() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        CachingResolver cache = cache(10, (target, timeout) -> {
            pause(answer);
            return new Resolution(HERE, Duration.ZERO);
        });
        CompletableFuture<Resolution> patient = ask(cache, LONG, new ArrayList<>());
        await().atMost(LONG).until(() -> asked.get() == 1);
        assertThatThrownBy(() -> cache.resolve(WWW, Duration.ofMillis(20)))
                .hasMessage("no answer for 'www' within 20 ms");
        answer.countDown();
        assertThat(patient.get(30, TimeUnit.SECONDS).endpoints()).isEqualTo(HERE);
    }

    private CachingResolver cache(int capacity, Resolver source) {
        return new CachingResolver((target, timeout) -> {
            asked.incrementAndGet();
            return source.resolve(target, timeout);
        }, capacity, () -> Duration.ofSeconds(seconds.get()).toNanos());
    }

    private static CompletableFuture<Resolution> ask(CachingResolver cache, Duration timeout, List<Thread> threads) {
        CompletableFuture<Resolution> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(cache.resolve(WWW, timeout));
            } catch (IOException failed) {
                result.completeExceptionally(failed);
            }
        });
        threads.add(thread);
        thread.start();
        return result;
    }

    private static void pause(CountDownLatch latch) throws IOException {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupt) {
            throw new IOException(interrupt);
        }
    }
}
