package dev.conduit.xenstore.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.model.Histories.Access;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of histories is right about small ones. */
class HistoriesTest {

    private static Access write(String value, long start, long end) {
        return new Access(true, value, start, end);
    }

    private static Access read(String value, long start, long end) {
        return new Access(false, value, start, end);
    }

    @Test
    void shouldAcceptWhatHasAnOrder() {
        assertThat(Histories.problem(List.of(write("a", 0, 10), read("a", 2, 4), write("b", 3, 20), read("a", 5, 8),
                read("b", 9, 12), read("b", 21, 22)))).isNull();
    }

    @Test
    void shouldRefuseAReadOfTheFuture() {
        assertThat(Histories.problem(List.of(read("a", 0, 1), write("a", 2, 3)))).contains("before it was written");
    }

    @Test
    void shouldRefuseAnOldValueBehindANewerOne() {
        assertThat(Histories.problem(List.of(write("a", 0, 1), write("b", 2, 3), read("a", 4, 5))))
                .isEqualTo("value b came and went while value a was there");
    }

    @Test
    void shouldRefuseReadersThatDisagreeOnTheOrder() {
        assertThat(Histories.problem(List.of(write("a", 0, 100), write("b", 0, 100), read("a", 10, 20),
                read("b", 30, 40), read("a", 50, 60), read("b", 70, 80)))).contains("each seen behind the other");
    }
}
