package dev.conduit.core.posix;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrnoTest {

    @Test
    void shouldDescribeAFailedCallByNameAndNumber() {
        assertThat(Errno.describe(-Errno.ENOSPC)).isEqualTo("ENOSPC (28)");
        assertThat(Errno.describe(-110L)).isEqualTo("ETIMEDOUT (110)");
    }

    @ParameterizedTest
    @ValueSource(ints = {-5, 0, 41, 58, 134, 4095})
    void shouldGiveTheNumberWhenThereIsNoName(int number) {
        assertThat(Errno.name(number)).isEqualTo(Integer.toString(number));
    }
}
