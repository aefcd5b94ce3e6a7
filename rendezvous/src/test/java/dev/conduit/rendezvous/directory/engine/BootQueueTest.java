package dev.conduit.rendezvous.directory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BootQueueTest {

    private final BootQueue<String> queue = new BootQueue<>();

    private List<String> drain() {
        List<String> order = new ArrayList<>();
        Optional<String> next = queue.poll(wish -> !wish.startsWith("old"));
        while (next.isPresent()) {
            order.add(next.get());
            next = queue.poll(wish -> !wish.startsWith("old"));
        }
        return order;
    }

    @Test
    void shouldServeOneAskerInOrder() {
        queue.add("a", "1");
        queue.add("a", "2");
        queue.add("a", "3");
        assertThat(drain()).containsExactly("1", "2", "3");
    }

    @Test
    void shouldLetAskersTakeTurns() {
        for (int i = 0; i < 1000; i++) {
            queue.add("greedy", "g" + i);
        }
        queue.add("modest", "m0");
        queue.add("modest", "m1");
        assertThat(drain()).startsWith("g0", "m0", "g1", "m1", "g2").hasSize(1002);
    }

    @Test
    void shouldPassOverWishesThatNoLongerHold() {
        queue.add("a", "old1");
        queue.add("a", "a1");
        queue.add("b", "old2");
        queue.add("b", "b1");
        queue.add("c", "old3");
        assertThat(drain()).containsExactly("a1", "b1");
        assertThat(queue.isEmpty()).isTrue();
    }
}
