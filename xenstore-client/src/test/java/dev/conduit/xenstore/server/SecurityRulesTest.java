package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.store.Usage;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Xen's security advisories on XenStore servers were about, so far as no test of one rule shows it. */
class SecurityRulesTest {

    private final Wire wire = new Wire();
    private final Wire.Client dom0 = wire.connect(0);
    private final Wire.Client guest = guest(5);

    private Wire.Client guest(int domain) {
        dom0.ask(Operation.INTRODUCE, domain + "|1|2|");
        dom0.ask(Operation.WRITE, "/g" + domain + "|");
        dom0.ask(Operation.SET_PERMS, "/g" + domain + "|n" + domain + "|");
        return wire.connect(domain);
    }

    @AfterEach
    void check() {
        assertThat(wire.store().consistent()).isTrue();
    }

    private static int start(Wire.Client client) {
        return Integer.parseInt(client.ask(Operation.TRANSACTION_START, "|").replace("|", ""));
    }

    /** XSA-115: a watch is none of the transaction's business, even of one that does not exist. */
    @Test
    void shouldIgnoreTheTransactionOfAWatch() {
        int tx = start(guest);
        assertThat(guest.talk(Operation.WATCH, tx, "/g5|t|")).containsExactly("OK|", "event:/g5|t|");
        assertThat(guest.ask(Operation.TRANSACTION_END, tx, "F|")).isEqualTo("OK|");
        assertThat(guest.talk(Operation.WRITE, 0, "/g5|v")).containsExactly("event:/g5|t|", "OK|");
        assertThat(guest.ask(Operation.UNWATCH, 4711, "/g5|t|")).isEqualTo("OK|");
    }

    /** XSA-115: neither a watch nor its events tell whether a hidden node exists. */
    @Test
    void shouldHideNodesFromWatchers() {
        dom0.ask(Operation.WRITE, "/hidden/there|");
        assertThat(guest.talk(Operation.WATCH, 0, "/hidden/there|t|")).isEqualTo(
                guest.talk(Operation.WATCH, 0, "/hidden/there|t2|").stream()
                        .map(text -> text.replace("t2", "t")).toList());
        dom0.ask(Operation.WRITE, "/hidden/there|v");
        dom0.ask(Operation.RM, "/hidden|");
        assertThat(guest.receive()).isEmpty();
    }

    /** XSA-233, XSA-425: links between domains that go, in any order and while their events are on the way. */
    @Test
    void shouldReleaseDomainsThatActForEachOther() {
        Wire.Client other = guest(6);
        assertThat(dom0.ask(Operation.SET_TARGET, "5|6|")).isEqualTo("OK|");
        assertThat(dom0.ask(Operation.SET_TARGET, "6|5|")).isEqualTo("OK|");
        assertThat(dom0.ask(Operation.SET_TARGET, "6|6|")).isEqualTo("OK|");
        guest.talk(Operation.WATCH, 0, "@releaseDomain|t|");
        other.talk(Operation.WATCH, 0, "@releaseDomain|t|");
        assertThat(dom0.ask(Operation.RELEASE, "6|")).isEqualTo("OK|");
        assertThat(dom0.ask(Operation.RELEASE, "6|")).isEqualTo("ENOENT|");
        assertThat(dom0.ask(Operation.RELEASE, "5|")).isEqualTo("OK|");

        assertThat(guest.wire().broken()).isNotNull();
        assertThat(other.wire().broken()).isNotNull();
        guest.close();
        other.close();
        assertThat(wire.store().domains().usage()).containsOnlyKeys(0);
    }

    /** XSA-322, XSA-417: a new domain with an old id has nothing of it, not even by transactions still open. */
    @Test
    void shouldGiveANewDomainNothingOfTheOldOne() {
        Wire.Client other = guest(6);
        dom0.ask(Operation.WRITE, "/shared|secret");
        dom0.ask(Operation.SET_PERMS, "/shared|n0|b5|");
        dom0.ask(Operation.SET_PERMS, "@introduceDomain|n0|r5|");
        dom0.ask(Operation.SET_TARGET, "5|6|");
        dom0.ask(Operation.SET_QUOTA, "5|nodes|0|");
        int byGuest = start(other);
        other.ask(Operation.SET_PERMS, byGuest, "/g6|n6|b5|");
        int byDom0 = start(dom0);
        dom0.ask(Operation.WRITE, byDom0, "/late|secret");
        dom0.ask(Operation.SET_PERMS, byDom0, "/late|n5|");
        dom0.ask(Operation.RELEASE, "5|");
        dom0.ask(Operation.SET_FEATURE, "5|0|");
        dom0.ask(Operation.RELEASE, "5|");
        Wire.Client reborn = guest(5);

        assertThat(other.ask(Operation.TRANSACTION_END, byGuest, "T|")).isEqualTo("EAGAIN|");
        assertThat(dom0.ask(Operation.TRANSACTION_END, byDom0, "T|")).isEqualTo("EAGAIN|");
        assertThat(reborn.ask(Operation.READ, "/shared|")).isEqualTo("EACCES|");
        assertThat(reborn.ask(Operation.READ, "/g6|")).isEqualTo("EACCES|");
        assertThat(reborn.ask(Operation.READ, "/late|")).isEqualTo("EACCES|");
        assertThat(reborn.ask(Operation.GET_PERMS, "@introduceDomain|")).isEqualTo("EACCES|");
        assertThat(dom0.ask(Operation.GET_QUOTA, "5|nodes|")).isEqualTo("1000|");
        assertThat(reborn.ask(Operation.TRANSACTION_END, byGuest, "T|")).isEqualTo("ENOENT|");
        guest.close();
        assertThat(reborn.ask(Operation.READ, "/g5|")).as("after the old connection is cleaned up").isEmpty();
    }

    /** XSA-322: who acts for a domain loses that with it, also in a transaction that is open. */
    @Test
    void shouldEndTheRightsOfATargetWithIt() {
        guest(6);
        dom0.ask(Operation.SET_TARGET, "5|6|");
        int tx = start(guest);
        assertThat(guest.ask(Operation.READ, tx, "/g6|")).isEmpty();
        dom0.ask(Operation.RELEASE, "6|");
        guest(6);
        dom0.ask(Operation.WRITE, "/g6|secret of the new one");
        assertThat(guest.ask(Operation.READ, tx, "/g6|")).isEqualTo("EACCES|");
        assertThat(guest.ask(Operation.READ, "/g6|")).isEqualTo("EACCES|");
    }

    /** XSA-323: the limit is on the canonical path, whatever way it is spelt. */
    @Test
    void shouldLimitThePathNotItsSpelling() {
        dom0.ask(Operation.WRITE, "/local/domain/5/data|");
        dom0.ask(Operation.SET_PERMS, "/local/domain/5/data|n5|");
        String name = "x".repeat(2043);
        assertThat(guest.ask(Operation.WRITE, "data/" + name + "|")).isEqualTo("ENOSPC|");
        assertThat(guest.ask(Operation.WRITE, "data/" + name + "x|")).isEqualTo("EINVAL|");
        assertThat(guest.ask(Operation.WRITE, "/local/domain/5/data/" + name + "|")).isEqualTo("ENOSPC|");
        assertThat(guest.ask(Operation.WRITE, "/local/domain/5/data/" + name + "x|")).isEqualTo("EINVAL|");
    }

    /** XSA-324: nothing that a client may register makes an event that is too long. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 2040, 4000, 4087, 4088, 4089})
    void shouldNeverSendAnEventThatIsTooLong(int tokenLength) {
        String path = "/g5";
        String token = "t".repeat(tokenLength);
        if (path.length() + tokenLength + 2 > WireHeader.PAYLOAD_MAX) {
            return;
        }
        guest.talk(Operation.WATCH, 0, path + "|" + token + "|");
        for (int length = 1; length <= 2000; length += 333) {
            guest.send(Operation.WRITE, 0, path + "/" + "n".repeat(length) + "|");
            assertThat(guest.receive()).allSatisfy(message ->
                    assertThat(message.payload().length).isLessThanOrEqualTo(WireHeader.PAYLOAD_MAX));
        }
        assertThat(guest.wire().broken()).isNull();
    }

    /** XSA-325: the end of a connection is not the end of a domain. */
    @Test
    void shouldFireReleaseOnlyWhenTheDomainIsGone() {
        dom0.talk(Operation.WATCH, 0, "@releaseDomain|t|");
        ByteBuffer tooLong = ByteBuffer.allocate(16).order(WireHeader.ORDER);
        tooLong.putInt(2).putInt(0).putInt(0).putInt(4097).flip();
        guest.wire().receive(tooLong);
        assertThat(guest.wire().broken()).isNotNull();
        guest.close();

        assertThat(dom0.receive()).isEmpty();
        assertThat(dom0.ask(Operation.IS_DOMAIN_INTRODUCED, "5|")).isEqualTo("T|");
        assertThat(dom0.talk(Operation.RELEASE, 0, "5|")).containsExactly("event:@releaseDomain|t|", "OK|");
    }

    /** A shutdown is told once, until RESUME; the end is told besides. */
    @Test
    void shouldTellOfAShutdownOnce() {
        dom0.talk(Operation.WATCH, 0, "@releaseDomain|t|");
        wire.store().domains().shutDown(5);
        wire.store().domains().shutDown(5);
        wire.store().domains().shutDown(7);
        assertThat(dom0.receive()).hasSize(1);
        assertThat(dom0.ask(Operation.RESUME, "5|")).isEqualTo("OK|");
        wire.store().domains().shutDown(5);
        assertThat(dom0.receive()).hasSize(1);
        assertThat(dom0.talk(Operation.RELEASE, 0, "5|")).hasSize(2);
    }

    /** XSA-416: a request whose reply waits holds the reply, nothing else. */
    @Test
    void shouldNotKeepRequestsUntilTheirRepliesAreRead() {
        long before = usage().memory();
        for (int i = 0; i < 10; i++) {
            guest.send(Operation.WRITE, 0, "/none/" + i + "|" + "x".repeat(4000));
        }
        assertThat(usage().memory()).isLessThan(before + 10 * 200);
        assertThat(guest.receive()).hasSize(10);
        assertThat(usage().memory()).isEqualTo(before);
    }

    private Usage usage() {
        return wire.store().domains().usage().get(5);
    }

    /** XSA-420: a length is unsigned, and too long a one ends the connection, not the server. */
    @ParameterizedTest
    @ValueSource(ints = {4097, 5000, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, -4096})
    void shouldEndConnectionsThatClaimTooMuch(int length) {
        ByteBuffer header = ByteBuffer.allocate(16).order(WireHeader.ORDER);
        header.putInt(Operation.WRITE.code()).putInt(0).putInt(0).putInt(length).flip();
        guest.wire().receive(header);

        assertThat(guest.wire().broken()).contains("claims " + Integer.toUnsignedString(length) + " payload bytes");
        assertThat(dom0.ask(Operation.READ, "/g5|")).isEmpty();
    }

    /** XSA-421: what cannot be done whole at the end of a transaction is not done at all. */
    @Test
    void shouldCommitWholeOrNotAtAll() {
        dom0.ask(Operation.SET_QUOTA, "5|nodes|3|");
        int tx = start(guest);
        guest.ask(Operation.WRITE, tx, "/g5/a|");
        guest.ask(Operation.RM, tx, "/g5/a|");
        guest.ask(Operation.WRITE, tx, "/g5/a|");
        guest.ask(Operation.WRITE, tx, "/g5/b|");
        guest.ask(Operation.WRITE, "/g5/c|");
        assertThat(guest.ask(Operation.TRANSACTION_END, tx, "T|")).isEqualTo("EAGAIN|");
        assertThat(guest.ask(Operation.DIRECTORY, "/g5|")).isEqualTo("c|");
        assertThat(usage().nodes()).isEqualTo(2);
    }

    /** XSA-481: this path once had no reply at all. */
    @ParameterizedTest
    @ValueSource(strings = {"/local/domain/", "/local/domain//", "/local/domain", "/local/domain/5/", "@", "/@"})
    void shouldAnswerForPathsAroundHomes(String path) {
        for (Operation operation : List.of(Operation.READ, Operation.DIRECTORY, Operation.GET_PERMS, Operation.RM,
                Operation.MKDIR)) {
            assertThat(guest.ask(operation, path + "|")).isIn("EINVAL|", "EACCES|", "ENOENT|");
        }
    }

    /** XSA-483: a domain's counts end with it. */
    @Test
    void shouldCountANewDomainFromNothing() {
        for (int i = 0; i < 999; i++) {
            assertThat(guest.ask(Operation.MKDIR, "/g5/" + i + "|")).isIn("OK|", "ENOSPC|");
        }
        int before = usage().nodes();
        assertThat(before).isGreaterThan(500);
        dom0.ask(Operation.RELEASE, "5|");
        Wire.Client reborn = guest(5);
        assertThat(usage()).isEqualTo(new Usage(1, 0, 0, 1, usage().memory()));
        assertThat(reborn.ask(Operation.MKDIR, "/g5/x|")).isEqualTo("OK|");
    }

    /** XSA-484: everything of the connection goes, the transaction it stands in as well. */
    @Test
    void shouldResetWithManyTransactionsOpen() {
        int[] open = new int[10];
        for (int i = 0; i < open.length; i++) {
            open[i] = start(guest);
            guest.talk(Operation.WATCH, open[i], "/g5|" + i + "|");
            guest.ask(Operation.WRITE, open[i], "/g5/" + i + "|");
        }
        assertThat(guest.ask(Operation.RESET_WATCHES, open[3], "|")).isEqualTo("OK|");
        for (int tx : open) {
            assertThat(guest.ask(Operation.TRANSACTION_END, tx, "T|")).isEqualTo("ENOENT|");
        }
        assertThat(usage()).isEqualTo(new Usage(1, 0, 0, 1, usage().memory()));
        assertThat(guest.talk(Operation.WRITE, 0, "/g5|v")).containsExactly("OK|");
    }

    /** Only the server sends events; one from a client is an unknown operation. */
    @Test
    void shouldRefuseEventsOfAClient() {
        assertThat(guest.ask(Operation.WATCH_EVENT, "/g5|t|")).isEqualTo("ENOSYS|");
        assertThat(guest.ask(Operation.ERROR, "EINVAL|")).isEqualTo("ENOSYS|");
    }

    /** DOMID_ANY in a list stands for every domain, is no domain, and is refused without the feature. */
    @Test
    void shouldTreatTheAnyDomainAsNoDomain() {
        assertThat(dom0.ask(Operation.SET_PERMS, "/g5|n5|r32757|")).isEqualTo("OK|");
        assertThat(guest(6).ask(Operation.READ, "/g5|")).isEmpty();
        assertThat(wire.store().domains().usage()).doesNotContainKey(32757);
        assertThat(dom0.ask(Operation.INTRODUCE, "32757|1|2|")).isEqualTo("EINVAL|");
        assertThat(dom0.ask(Operation.RELEASE, "32757|")).isEqualTo("ENOENT|");
        dom0.ask(Operation.RELEASE, "6|");
        dom0.ask(Operation.SET_FEATURE, "6|7|");
        assertThat(guest(6).ask(Operation.SET_PERMS, "/g6|n6|r32757|")).isEqualTo("EINVAL|");
    }

    /** Depth is for domains that have the feature. */
    @Test
    void shouldTakeADepthOnlyWithTheFeature() {
        dom0.ask(Operation.SET_FEATURE, "7|3|");
        Wire.Client limited = guest(7);
        assertThat(limited.ask(Operation.GET_FEATURE, "")).isEqualTo("3|");
        assertThat(limited.ask(Operation.WATCH, "/g7|t|1|")).isEqualTo("EINVAL|");
        assertThat(guest.talk(Operation.WATCH, 0, "/g5|t|1|")).hasSize(2);
        assertThat(dom0.ask(Operation.SET_FEATURE, "7|15|")).isEqualTo("EBUSY|");
    }

    /** A message may end with the connection, at any byte. */
    @Test
    void shouldForgetRequestsThatNeverEnd() {
        ByteBuffer whole = Message.of(Operation.WRITE, 1, 0, Wire.payload("/g5/half|v")).encoded();
        for (int length = 1; length < whole.capacity(); length++) {
            Wire.Client half = wire.connect(5);
            half.wire().receive(whole.slice(0, length));
            half.close();
        }
        assertThat(guest.ask(Operation.READ, "/g5/half|")).isEqualTo("ENOENT|");
        assertThat(usage().connections()).isEqualTo(1);
    }
}
