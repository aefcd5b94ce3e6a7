package dev.conduit.vchan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RingOrderTest {

    /** Printed by libxenvchan itself. */
    @ParameterizedTest
    @CsvSource({
        "1, 1, 10, 11", "1024, 1024, 10, 11", "1024, 1025, 10, 11", "1024, 2048, 10, 11", "1024, 2049, 11, 12",
        "1024, 4096, 11, 12", "1024, 4097, 11, 13", "1024, 65536, 11, 16", "1024, 1048576, 11, 20",
        "1025, 1024, 11, 10", "2048, 1024, 11, 10", "1025, 1025, 11, 12", "2048, 2048, 11, 12", "2048, 4096, 11, 12",
        "2048, 8192, 11, 13", "2048, 65536, 11, 16", "2048, 1048576, 11, 20",
        "2049, 1024, 12, 11", "4096, 2048, 12, 11", "4096, 4096, 12, 12", "4096, 4097, 12, 13", "4096, 65536, 12, 16",
        "4096, 1048576, 12, 20",
        "65536, 1, 16, 11", "65536, 2048, 16, 11", "65536, 4096, 16, 12", "65536, 8192, 16, 13", "65536, 65536, 16, 16",
        "65536, 65537, 16, 17", "1048576, 1048576, 20, 20"
    })
    void shouldChooseAsLibxenvchan(int leftBytes, int rightBytes, int left, int right) {
        assertThat(RingOrder.forSizes(leftBytes, rightBytes)).isEqualTo(new RingOrder(left, right));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1048577, Integer.MAX_VALUE})
    void shouldRejectSizesOutOfRange(int bytes) {
        assertThatThrownBy(() -> RingOrder.forSizes(bytes, 1024)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("client-to-server ring of " + bytes + " bytes is not between 1 and 1048576 (1 MiB)");
        assertThatThrownBy(() -> RingOrder.forSizes(1024, bytes)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("server-to-client ring of " + bytes + " bytes is not between 1 and 1048576 (1 MiB)");
    }

    @ParameterizedTest
    @CsvSource({"10, 11", "11, 10", "11, 12", "12, 11", "12, 12", "10, 12", "12, 10", "10, 16", "20, 20", "11, 20",
        "20, 11", "10, 19"})
    void shouldAcceptWhatServersEmit(int left, int right) throws Exception {
        assertThat(RingOrder.validated(left, right)).isEqualTo(new RingOrder(left, right));
    }

    @ParameterizedTest
    @CsvSource({"9, 12", "0, 0", "21, 12", "65535, 12"})
    void shouldRejectOrdersOutOfRange(int left, int right) {
        assertThatThrownBy(() -> RingOrder.validated(left, right)).isInstanceOf(VchanProtocolException.class)
                .hasMessage("left_order " + left + " is not between 10 and 20");
        assertThatThrownBy(() -> RingOrder.validated(12, left)).isInstanceOf(VchanProtocolException.class)
                .hasMessage("right_order " + left + " is not between 10 and 20");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 11})
    void shouldRejectTwoRingsAtOnePlaceInThePage(int order) {
        assertThatThrownBy(() -> RingOrder.validated(order, order)).isInstanceOf(VchanProtocolException.class)
                .hasMessageContaining("right_order " + order + " equals left_order");
    }

    @Test
    void shouldRejectGrantListThatRunsIntoARingInThePage() {
        assertThatThrownBy(() -> RingOrder.validated(10, 20)).isInstanceOf(VchanProtocolException.class)
                .hasMessageContaining("ends at byte 1048").hasMessageContaining("begins at 1024");
        assertThatThrownBy(() -> RingOrder.validated(20, 10)).isInstanceOf(VchanProtocolException.class);
    }

    @Test
    void shouldPlaceRingsAtTheirSizeInThePage() {
        assertThat(RingOrder.placeInPage(10)).isEqualTo(1024);
        assertThat(RingOrder.placeInPage(11)).isEqualTo(2048);
        assertThat(new RingOrder(11, 12).leftPages()).isZero();
        assertThat(new RingOrder(11, 12).rightPages()).isEqualTo(1);
        assertThat(new RingOrder(16, 20).leftPages()).isEqualTo(16);
        assertThat(new RingOrder(16, 20).rightPages()).isEqualTo(256);
    }
}
