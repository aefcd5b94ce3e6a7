package dev.conduit.rendezvous.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.conduit.core.DomainId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConduitNamesTest {

    private static final DomainId SELF = new DomainId(7);

    @ParameterizedTest
    @ValueSource(strings = {"a", "http_server", "A-Z_0-9", "jitsud", "synjitsu", "domain-7", "listen"})
    void shouldAcceptNameToConnectTo(String name) {
        assertThat(ConduitNames.check(name)).isEqualTo(name);
    }

    @Test
    void shouldAcceptLongestName() {
        assertThat(ConduitNames.check("x".repeat(63))).hasSize(63);
    }

    @Test
    void shouldRejectNameBeyondBound() {
        assertThatIllegalArgumentException().isThrownBy(() -> ConduitNames.check("x".repeat(64)))
                .withMessage("conduit name '" + "x".repeat(64) + "' has 64 characters, not 1 to 63");
        assertThatIllegalArgumentException().isThrownBy(() -> ConduitNames.check(""))
                .withMessage("conduit name '' has 0 characters, not 1 to 63");
    }

    @Test
    void shouldKeepMessageShortForHugeName() {
        assertThatIllegalArgumentException().isThrownBy(() -> ConduitNames.check("y".repeat(100_000)))
                .withMessage("conduit name '" + "y".repeat(80) + "...' has 100000 characters, not 1 to 63");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a b", "a.b", "\u00e4", "a\n", "@x", "..", "/", "a\0"})
    void shouldRejectOtherCharacters(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> ConduitNames.check(name))
                .withMessageContaining("is not one of A-Z a-z 0-9 - _ at position")
                .withMessageNotContaining("\n");
    }

    @Test
    void shouldReserveFlowsForEverybody() {
        assertThatIllegalArgumentException().isThrownBy(() -> ConduitNames.check("flows"))
                .withMessage("conduit name 'flows' is reserved: it holds the flow records");
        assertThatIllegalArgumentException().isThrownBy(() -> ConduitNames.checkOwn("flows", SELF, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jitsud", "synjitsu"})
    void shouldGiveWellKnownNamesToServicesOnly(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> ConduitNames.checkOwn(name, SELF, false))
                .withMessage("conduit name '" + name + "' is reserved for Conduit's own service");
        assertThat(ConduitNames.checkOwn(name, SELF, true)).isEqualTo(name);
    }

    @Test
    void shouldReserveNamesThatStandForOtherDomains() {
        assertThatIllegalArgumentException().isThrownBy(() -> ConduitNames.checkOwn("domain-8", SELF, true))
                .withMessageContaining("this is domain 7");
        assertThat(ConduitNames.checkOwn("domain-7", SELF, false)).isEqualTo("domain-7");
        assertThat(ConduitNames.checkOwn("domain-x", SELF, false)).isEqualTo("domain-x");
    }

    @Test
    void shouldNotBelieveClaimsToReservedNames() {
        assertThat(ConduitNames.isClaimable("web")).isTrue();
        assertThat(ConduitNames.isClaimable("")).isFalse();
        assertThat(ConduitNames.isClaimable("flows")).isFalse();
        assertThat(ConduitNames.isClaimable("domain-7")).isFalse();
        assertThat(ConduitNames.isClaimable("a/b")).isFalse();
        assertThat(ConduitNames.isClaimable("x".repeat(64))).isFalse();
        assertThat(ConduitNames.fallback(SELF)).isEqualTo("domain-7");
    }
}
