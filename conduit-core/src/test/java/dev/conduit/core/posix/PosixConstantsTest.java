package dev.conduit.core.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PosixConstantsTest {

    @ParameterizedTest
    @CsvSource({"amd64, 202", "x86_64, 202", "aarch64, 98"})
    void shouldKnowTheFutexNumberOfAnArchitecture(String architecture, int number) {
        assertThat(PosixConstants.futexNumber("Linux", architecture)).isEqualTo(number);
    }

    @Test
    void shouldRejectOtherMachines() {
        assertThatThrownBy(() -> PosixConstants.futexNumber("Mac OS X", "aarch64"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("native calls work on Linux on x86-64 and aarch64; this is Mac OS X on aarch64");
        assertThatThrownBy(() -> PosixConstants.futexNumber("Linux", "riscv64"))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
