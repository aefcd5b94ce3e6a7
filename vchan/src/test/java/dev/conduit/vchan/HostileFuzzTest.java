package dev.conduit.vchan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A peer that scribbles over the first 24 bytes of the control page: nothing may happen but the documented errors. */
class HostileFuzzTest {

    private static final int HEADER = VchanPage.GRANTS;

    @Test
    void shouldOnlyFailAsDocumentedWhateverThePageSays() throws Exception {
        for (long seed = 1; seed <= 3000; seed++) {
            try {
                scribbleBetweenCalls(new SplittableRandom(seed));
            } catch (Throwable t) {
                throw new AssertionError("seed " + seed, t);
            }
        }
    }

    private static void scribbleBetweenCalls(SplittableRandom random) throws Exception {
        VchanOptions options = VchanOptions.defaults().withRings(1 << random.nextInt(1, 14), 1 << random.nextInt(1, 14))
                .withPersistentServer(random.nextInt(4) == 0)
                .withFlush(random.nextBoolean() ? FlushPolicy.EACH_WRITE : FlushPolicy.EXPLICIT);
        try (Pair pair = Pair.connected(options)) {
            VchanChannel victim = random.nextBoolean() ? pair.server : pair.client;
            VchanProtocolException first = null;
            for (int step = 0; step < 60; step++) {
                scribble(random, pair.page());
                try {
                    call(random, victim);
                    assertThat(first).as("a violation stays").isNull();
                } catch (VchanProtocolException e) {
                    assertThat(e).hasMessageContaining(e.field());
                    first = first == null ? e : first;
                    assertThat(e.field()).isEqualTo(first.field());
                    assertThat(victim.state()).isEqualTo(VchanState.VIOLATED);
                } catch (VchanTimeoutException | VchanPeerClosedException e) {
                    assertThat(first).as("a violation stays").isNull();
                }
            }
        }
    }

    private static void scribble(SplittableRandom random, ByteBuffer page) {
        switch (random.nextInt(6)) {
            case 0 -> page.putInt(4 * random.nextInt(4), random.nextInt());
            case 1 -> page.put(random.nextInt(16, HEADER), (byte) random.nextInt());
            case 2, 3 -> {
                int offset = 4 * random.nextInt(4);
                page.putInt(offset, page.getInt(offset) + random.nextInt(-2, 300));
            }
            case 4 -> page.put(random.nextInt(20, 22), (byte) random.nextInt(4));
            default -> page.put(random.nextInt(22, 24), (byte) random.nextInt(256));
        }
    }

    /** One call with random arguments; checks that its result is possible. */
    static void call(SplittableRandom random, VchanChannel victim) throws IOException {
        int size = random.nextInt(1, 3000);
        ByteBuffer buffer = random.nextBoolean() ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
        switch (random.nextInt(12)) {
            case 0 -> assertThat(victim.tryRead(buffer)).isBetween(-1, size).isIn(-1, buffer.position());
            case 1 -> assertThat(victim.tryWrite(buffer)).isBetween(0, size).isEqualTo(buffer.position());
            case 2 -> assertThat(victim.read(buffer, Duration.ZERO)).isBetween(-1, size);
            case 3 -> assertThat(victim.write(buffer, Duration.ZERO)).isEqualTo(size);
            case 4 -> assertThat(victim.available()).isBetween(0, 8192);
            case 5 -> assertThat(victim.free()).isBetween(0, 8192);
            case 6 -> {
                ByteBuffer view = victim.peek(1, Duration.ZERO);
                if (view != null) {
                    assertThat(view.remaining()).isBetween(1, 8192);
                    victim.release(random.nextInt(view.remaining() + 1));
                }
            }
            case 7 -> {
                ByteBuffer view = victim.reserve(1, Duration.ZERO);
                while (view.hasRemaining()) {
                    view.put((byte) 7);
                }
                victim.commit(1);
            }
            case 8 -> victim.send(buffer.limit(Math.min(size, 1024)), Duration.ZERO);
            case 9 -> victim.receive(buffer.limit(Math.min(size, 1024)), Duration.ZERO);
            case 10 -> victim.drain(Duration.ZERO);
            default -> victim.flush();
        }
    }

    @Test
    void shouldNeverHangNorCrashUnderAScribblingThread() throws Exception {
        for (long seed = 1; seed <= 100; seed++) {
            long used = seed;
            try (Pair pair = Pair.connected(4096, 2048)) {
                AtomicBoolean stop = new AtomicBoolean();
                ByteBuffer page = pair.page();
                Background<Void> scribbler = Background.run(() -> {
                    SplittableRandom random = new SplittableRandom(used);
                    while (!stop.get()) {
                        scribble(random, page);
                    }
                    return null;
                });
                Background<Void> user = Background.run(() -> {
                    SplittableRandom random = new SplittableRandom(-used);
                    while (true) {
                        try {
                            call(random, pair.server);
                        } catch (VchanTimeoutException e) {
                            assertThat(e).hasMessageContaining("did not come");
                        }
                    }
                });
                Throwable end = user.failure();
                stop.set(true);
                scribbler.get();
                assertThat(end).as("seed %d", seed)
                        .isInstanceOfAny(VchanProtocolException.class, VchanPeerClosedException.class);
            }
        }
    }
}
