package dev.conduit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which thread reads. The connection is a queue of deliveries; each says who ran it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReadingRoleTest {

    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    private final ReadingRole role = new ReadingRole();
    private final BlockingQueue<Runnable> deliveries = new LinkedBlockingQueue<>();
    private final BlockingQueue<Thread> readers = new LinkedBlockingQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean ended;

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** As a selector: an interrupt ends the wait and stays pending. */
    private boolean read(long nanos) {
        readers.add(Thread.currentThread());
        try {
            Runnable next = deliveries.poll(nanos, TimeUnit.NANOSECONDS);
            if (next != null) {
                next.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !ended;
    }

    /** A call on a thread of its own, which is given back once that thread waits. */
    private Future<String> call(CompletableFuture<String> reply) {
        return threads.submit(() -> role.await(reply, LONG, this::read));
    }

    private Thread nextReader() throws InterruptedException {
        Thread reader = readers.poll(30, TimeUnit.SECONDS);
        assertThat(reader).as("somebody reads").isNotNull();
        return reader;
    }

    @Test
    void shouldReadOnTheThreadThatWaits() throws Exception {
        CompletableFuture<String> reply = new CompletableFuture<>();
        deliveries.add(() -> reply.complete("mine"));
        assertThat(role.await(reply, LONG, this::read)).isEqualTo("mine");
        assertThat(readers).containsExactly(Thread.currentThread());
    }

    @Test
    void shouldNotReadForAReplyThatIsThere() throws Exception {
        assertThat(role.await(CompletableFuture.completedFuture("there"), LONG, this::read)).isEqualTo("there");
        assertThat(readers).isEmpty();
    }

    @Test
    void shouldPassTheRoleToAnotherThatWaits() throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        Future<String> leader = call(first);
        Thread firstReader = nextReader();
        Future<String> follower = call(second);
        deliveries.add(() -> first.complete("first"));
        assertThat(leader.get()).isEqualTo("first");
        assertThat(nextReader()).isNotSameAs(firstReader);
        deliveries.add(() -> second.complete("second"));
        assertThat(follower.get()).isEqualTo("second");
    }

    @Test
    void shouldServeOthersWhileItWaits() throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        Future<String> leader = call(first);
        Thread firstReader = nextReader();
        Future<String> follower = call(second);
        deliveries.add(() -> second.complete("second"));
        assertThat(follower.get()).isEqualTo("second");
        deliveries.add(() -> first.complete("first"));
        assertThat(leader.get()).isEqualTo("first");
        assertThat(readers).containsOnly(firstReader);
    }

    @Test
    void shouldPassTheRoleOnWhenItsReaderIsInterrupted() throws Exception {
        CompletableFuture<String> second = new CompletableFuture<>();
        Future<String> leader = call(new CompletableFuture<>());
        Thread firstReader = nextReader();
        Future<String> follower = call(second);
        firstReader.interrupt();
        assertThatThrownBy(leader::get).cause().isInstanceOf(InterruptedException.class);
        deliveries.add(() -> second.complete("second"));
        assertThat(follower.get()).isEqualTo("second");
    }

    @Test
    void shouldEndAWaitWhoseTimeIsUp() {
        assertThatThrownBy(() -> role.await(new CompletableFuture<>(), TimeUnit.MILLISECONDS.toNanos(20), this::read))
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void shouldPassOnWhatTheReplyFailedWith() {
        CompletableFuture<String> reply = new CompletableFuture<>();
        deliveries.add(() -> reply.completeExceptionally(new IllegalStateException("refused")));
        assertThatThrownBy(() -> role.await(reply, LONG, this::read)).isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("refused");
    }

    @Test
    void shouldReadInTheBackgroundWhenNobodyWaits() throws Exception {
        threads.submit(() -> role.serve(this::read));
        CompletableFuture<Thread> event = new CompletableFuture<>();
        deliveries.add(() -> event.complete(Thread.currentThread()));
        assertThat(event.get(30, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
    }

    @Test
    void shouldLeaveReadingToCallersThatFollowEachOther() throws Exception {
        threads.submit(() -> role.serve(this::read));
        Thread background = nextReader();
        long deadline = System.nanoTime() + LONG;
        Thread reader;
        do {
            CompletableFuture<Thread> reply = new CompletableFuture<>();
            deliveries.add(() -> reply.complete(Thread.currentThread()));
            reader = role.await(reply, LONG, this::read);
        } while (reader == background && System.nanoTime() < deadline);
        assertThat(reader).isSameAs(Thread.currentThread());
    }

    @Test
    void shouldEndInTheBackgroundWhenACallerFindsTheEnd() throws Exception {
        Future<String> caller = call(new CompletableFuture<>());
        nextReader();
        ended = true;
        deliveries.add(() -> { });
        Future<?> background = threads.submit(() -> role.serve(this::read));
        background.get(30, TimeUnit.SECONDS);
        assertThat(caller.isDone()).as("its reply is still to be completed, by whoever lost the connection").isFalse();
    }
}
