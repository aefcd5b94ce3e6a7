package dev.conduit.cli.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ArgumentsTest {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Arguments parse(String line, String allowed) throws Exception {
        return Arguments.parse(List.of(line.split(" ")), allowed, new Console("t", new ByteArrayOutputStream(), err));
    }

    private String errors() {
        return err.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void shouldFindOptionsAnywhere() throws Exception {
        Arguments arguments = parse("a -ps b --raw c -- -x --raw", "psR");
        assertThat(arguments.words()).containsExactly("a", "b", "c", "-x", "--raw");
        assertThat(arguments.has('p') && arguments.has('s') && arguments.has('R')).isTrue();
        assertThat(arguments.has('f')).isFalse();
        assertThat(errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-n 3 a", "-n3 a", "a -sn 3", "--number=3 a", "--number 3 a", "--n 3 a"})
    void shouldTakeNumberBehindItsOption(String line) throws Exception {
        Arguments arguments = parse(line, "ns");
        assertThat(arguments.number()).isEqualTo("3");
        assertThat(arguments.words()).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource({
        "a -zq, t: invalid option -- 'z'|t: invalid option -- 'q'|",
        "a --foo=1, t: unrecognized option '--foo=1'|",
        "a --r, t: option '--r' is ambiguous; possibilities: '--recurse' '--raw'|",
        "a --pre=1, t: option '--prefix' doesn't allow an argument|",
        "a -n, t: option requires an argument -- 'n'|",
        "a --num, t: option '--number' requires an argument|"
    })
    void shouldReportAndIgnoreWhatItDoesNotKnow(String line, String expected) throws Exception {
        assertThat(parse(line, "pn").words()).containsExactly("a");
        assertThat(errors()).isEqualTo(expected.replace('|', '\n'));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help", "a --he", "a -f", "-sf a", "--tidy"})
    void shouldRefuseOptionsOfOtherTools(String line) {
        assertThatThrownBy(() -> parse(line, "ps")).isInstanceOf(UsageException.class);
    }
}
