package dev.conduit.xenstore.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathRulesTest {

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/A/b-c_d@e/0", "a", "a/b", "@releaseDomain", "@releaseDomain/5", "-", "/@x"})
    void shouldAcceptGoodPaths(String path) {
        assertThat(PathRules.problem(path)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "//", "/a/", "a/", "/a//b", "/a.b", "/a+b", "/a:b", "/a b", "/\u00e4", "/a\u0000b"})
    void shouldRejectBadPaths(String path) {
        assertThat(PathRules.problem(path)).isNotNull();
    }

    @Test
    void shouldKeepTheDocumentedLengths() {
        assertThat(PathRules.problem("/" + "a".repeat(3071))).isNull();
        assertThat(PathRules.problem("/" + "a".repeat(3072)))
                .isEqualTo("absolute path of 3073 characters, at most 3072 are allowed");
        assertThat(PathRules.problem("a".repeat(2048))).isNull();
        assertThat(PathRules.problem("a".repeat(2049)))
                .isEqualTo("relative path of 2049 characters, at most 2048 are allowed");
    }

    @Test
    void shouldSayWhereThePathIsWrong() {
        assertThat(PathRules.problem("/a.b"))
                .isEqualTo("path '/a.b' has a character other than A-Z a-z 0-9 - / _ @ at index 2");
        assertThat(PathRules.problem("/a/")).isEqualTo("path '/a/' ends with a slash");
        assertThat(PathRules.problem("")).isEqualTo("path is empty");
        assertThat(PathRules.problem("/a\n\u001b["))
                .isEqualTo("path '/a??[' has a character other than A-Z a-z 0-9 - / _ @ at index 2");
    }
}
