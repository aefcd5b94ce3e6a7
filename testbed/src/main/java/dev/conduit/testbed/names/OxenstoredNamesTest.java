package dev.conduit.testbed.names;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * oxenstored makes the owner of the folder the owner of what a guest writes there, so a guest can neither have a name nor
 * ask under one: it is told so, and leaves nothing. Names work between programs of dom0.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OxenstoredNamesTest {

    private Cast cast;

    @BeforeAll
    void start() throws Exception {
        cast = new Cast();
    }

    @AfterAll
    void end() {
        cast.close();
    }

    @AfterEach
    void checkStoreIsClean() throws Exception {
        cast.clear();
        assertThat(cast.store.list("/conduit")).containsExactly("flows");
        assertThat(cast.store.list("/conduit/flows")).isEmpty();
    }

    @Test
    void shouldTellAGuestThatItCannotListen() {
        assertThat(cast.g17.tryOrder("listen mine 4")).satisfies(reply -> {
            assertThat(reply.done()).as(reply.text()).isFalse();
            assertThat(reply.text()).contains("no right");
        });
    }

    @Test
    void shouldTellAGuestThatItCannotConnect() {
        cast.dom0On25.order("listen echo 4");

        assertThat(cast.g25.tryOrder("dial one echo 20")).satisfies(reply -> {
            assertThat(reply.done()).as(reply.text()).isFalse();
            assertThat(reply.text()).contains("no right");
        });
    }
}
