package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.DomainId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The order in which servers of a shared name are tried. */
class MemberPickerTest {

    private static final Member ONE = member(1, 0);
    private static final Member TWO = member(2, 0);
    private static final Member THREE = member(3, 0);

    private final MemberPicker picker = new MemberPicker(new SplittableRandom(7));

    private static Member member(int domain, int connections) {
        return new Member("web-" + domain, new DomainId(domain), connections);
    }

    @Test
    void shouldTakeTurnsWhateverTheOrderOfTheList() {
        List<Member> first = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            List<Member> order = picker.order(i % 2 == 0 ? List.of(ONE, TWO, THREE) : List.of(THREE, ONE, TWO),
                    Choice.ROUND_ROBIN);
            assertThat(order).containsExactlyInAnyOrder(ONE, TWO, THREE);
            first.add(order.get(0));
        }
        assertThat(first.subList(0, 3)).containsExactlyInAnyOrder(ONE, TWO, THREE);
        assertThat(first.subList(3, 6)).isEqualTo(first.subList(0, 3));
    }

    @Test
    void shouldTryTheLeastLoadedFirstAndTheOthersInOrder() {
        List<Member> members = List.of(member(1, 7), member(2, 3), member(3, 5));
        assertThat(picker.order(members, Choice.LEAST_CONNECTIONS)).extracting(Member::connections)
                .containsExactly(3, 5, 7);
    }

    @Test
    void shouldSpreadEvenlyBetweenTwoCounts() {
        List<Member> members = List.of(member(1, 2), member(2, 0), member(3, 1));
        int[] given = new int[4];
        for (int i = 0; i < 9; i++) {
            Member chosen = picker.order(members, Choice.LEAST_CONNECTIONS).get(0);
            given[chosen.domain().value()]++;
            picker.gave(chosen);
        }
        assertThat(given).containsExactly(0, 2, 4, 3);
    }

    @Test
    void shouldForgetWhatItGaveOnceTheServerHasCounted() {
        for (int i = 0; i < 5; i++) {
            picker.gave(ONE);
        }
        assertThat(picker.order(List.of(ONE, member(2, 3)), Choice.LEAST_CONNECTIONS).get(0).name())
                .isEqualTo("web-2");
        assertThat(picker.order(List.of(member(1, 1), member(2, 3)), Choice.LEAST_CONNECTIONS).get(0).name())
                .isEqualTo("web-1");
    }

    @Test
    void shouldHaveNobodyToTryWhenThereIsNobody() {
        assertThat(picker.order(List.of(), Choice.LEAST_CONNECTIONS)).isEmpty();
    }
}
