package dev.conduit.rendezvous.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.SRVRecord;

/** RFC 2782's order. */
class SrvOrderTest {

    private static final Name SERVICE = Name.fromConstantString("_conduit._tcp.www.lab.test.");

    @Test
    void shouldTakeLowPrioritiesFirst() {
        List<SRVRecord> records = List.of(record(20, 9, "c"), record(10, 1, "b"), record(0, 0, "a"));
        assertThat(SrvOrder.draw(records, new Random(1))).extracting(record -> record.getTarget().toString())
                .containsExactly("a.", "b.", "c.");
    }

    @Test
    void shouldDrawByWeight() {
        List<SRVRecord> records = List.of(record(0, 3, "heavy"), record(0, 1, "light"), record(0, 0, "none"));
        Random random = new Random(42);
        long heavyFirst = IntStream.range(0, 4000).mapToObj(i -> SrvOrder.draw(records, random))
                .filter(order -> order.get(0).getWeight() == 3).count();
        assertThat(heavyFirst).as("of 4000 draws with 3 of 5 chances").isBetween(2200L, 2600L);
        assertThat(SrvOrder.draw(records, random)).containsExactlyInAnyOrderElementsOf(records);
    }

    @Test
    void shouldLeaveOutServicesThatAreNotThere() {
        assertThat(SrvOrder.draw(List.of(new SRVRecord(SERVICE, DClass.IN, 5, 0, 0, 80, Name.root)), new Random(1)))
                .isEmpty();
    }

    private static SRVRecord record(int priority, int weight, String target) {
        return new SRVRecord(SERVICE, DClass.IN, 5, priority, weight, 80, Name.fromConstantString(target + "."));
    }
}
