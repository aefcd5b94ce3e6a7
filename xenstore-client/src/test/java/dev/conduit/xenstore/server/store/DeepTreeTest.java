package dev.conduit.xenstore.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.store.StoreFixture.Client;
import org.junit.jupiter.api.Test;

class DeepTreeTest {

    private final StoreFixture fixture = new StoreFixture();
    private final Client dom0 = fixture.dom0();

    @Test
    void shouldSurviveTheDeepestTreeOnASmallStack() throws Exception {
        String deepest = "/a".repeat(1536);
        Throwable[] failure = new Throwable[1];
        Thread small = new Thread(null, () -> {
            assertThat(dom0.write(deepest, "v")).isEqualTo("OK");
            dom0.watch(deepest, "t");
            assertThat(dom0.read(deepest)).isEqualTo("v");
            fixture.check();
            assertThat(dom0.rm("/a")).isEqualTo("OK");
            assertThat(dom0.events()).containsExactly("t:" + deepest);
            assertThat(dom0.unwatch(deepest, "t")).isEqualTo("OK");
            fixture.check();
        }, "small stack", 128 << 10);
        small.setUncaughtExceptionHandler((thread, e) -> failure[0] = e);
        small.start();
        small.join();

        assertThat(failure[0]).isNull();
    }

    @Test
    void shouldRemoveWideSubtrees() {
        for (int i = 0; i < 10_000; i++) {
            dom0.mkdir("/w/" + i);
        }
        assertThat(fixture.store().domains().usage().get(0).nodes()).isEqualTo(10_004);
        dom0.rm("/w");

        assertThat(fixture.store().domains().usage().get(0).nodes()).isEqualTo(3);
        fixture.check();
    }

    @Test
    void shouldReleaseADomainWithAWholeForest() {
        fixture.guest(5);
        for (int i = 0; i < 900; i++) {
            dom0.mkdir("/g5/" + i % 30 + "/" + i);
        }
        fixture.store().domains().release(5);

        assertThat(dom0.list("/")).isEqualTo("tool");
        fixture.check();
    }
}
