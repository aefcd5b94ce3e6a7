package dev.conduit.cli.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EscapesTest {

    private static byte[] everyByte() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        return all;
    }

    @Test
    void shouldReadBackWhatItPrints() {
        String text = Escapes.escape(everyByte());
        assertThat(text).matches("[ -~]*");
        assertThat(Escapes.unescape(text)).isEqualTo(everyByte());
    }

    @ParameterizedTest
    @CsvSource({"0,\\000", "7,\\007", "8,\\x08", "9,\\t", "10,\\n", "11,\\x0b", "13,\\r", "31,\\x1f", "65,A",
        "92,\\\\", "126,~", "127,\\x7f", "128,\\x80", "255,\\xff"})
    void shouldPrintByteAsToolsDo(int value, String expected) {
        assertThat(Escapes.escape(new byte[] {(byte) value})).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"\\x41,41", "\\x4g,0467", "\\x,78", "\\xg,7867", "\\x-1,ff", "\\x-g,782d67", "\\x+4,04", "\\x0x41,003431",
        "\\101,41", "\\1012,4132", "\\777,ff", "\\400,00", "\\8,38", "\\18,0138", "\\q,71", "\\,00", "abc\\,61626300",
        "\\\\x41,5c783431"})
    void shouldReadEscapeAsToolsDo(String text, String hex) {
        assertThat(Escapes.unescape(text)).asHexString().isEqualToIgnoringCase(hex);
    }

    @Test
    void shouldSkipBlanksBeforeHexadecimalDigits() {
        assertThat(Escapes.unescape("\\x  4\\x\t5\\x ")).isEqualTo(new byte[] {4, 5, 'x', ' '});
    }

    @Test
    void shouldTakeOneByteForEachCharOfRawText() {
        assertThat(Escapes.raw("\u00e9\\x41")).isEqualTo("\u00e9\\x41".getBytes(StandardCharsets.ISO_8859_1));
    }
}
