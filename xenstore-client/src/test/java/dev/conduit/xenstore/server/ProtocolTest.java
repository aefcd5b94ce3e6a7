package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and replies to the byte, as C xenstored 4.22 answers them. NUL is written |. */
class ProtocolTest {

    /** Operation, payload, reply; '' is empty. */
    private static final String PRIVILEGED = """
            READ              /a|                  value
            READ              /a                   EINVAL|
            READ              /a|/b|               EINVAL|
            READ              ''                   EINVAL|
            READ              |                    EINVAL|
            READ              /none|               ENOENT|
            READ              a.b|                 EINVAL|
            READ              @x|                  EINVAL|
            DIRECTORY         /|                   a|b|tool|
            DIRECTORY         /a|                  ''
            DIRECTORY         /none|               ENOENT|
            DIRECTORY_PART    /a|0|                1||
            DIRECTORY_PART    /b|0|                3|c|d||
            DIRECTORY_PART    /b|2|                3|d||
            DIRECTORY_PART    /b|4|                3||
            DIRECTORY_PART    /b|99|               3||
            DIRECTORY_PART    /b|                  EINVAL|
            DIRECTORY_PART    /b|x|                EINVAL|
            DIRECTORY_PART    /b|-1|               EINVAL|
            GET_PERMS         /a|                  n0|
            SET_PERMS         /a|n5|r0x10|b7|      OK|
            SET_PERMS         /a|                  EINVAL|
            SET_PERMS         /a|n5                EINVAL|
            SET_PERMS         /a|x5|               EINVAL|
            SET_PERMS         /a|n|                EINVAL|
            SET_PERMS         /a|n-1|              EINVAL|
            SET_PERMS         /a|n65536|           EINVAL|
            SET_PERMS         /none|n0|            ENOENT|
            WRITE             /x/y|v|w             OK|
            WRITE             /x|                  OK|
            WRITE             /x                   EINVAL|
            WRITE             /x/|v                EINVAL|
            WRITE             @x|v                 EINVAL|
            MKDIR             /x|                  OK|
            MKDIR             /a|                  OK|
            MKDIR             /x|/y|               EINVAL|
            RM                /a|                  OK|
            RM                /none|               OK|
            RM                /none/deep|          ENOENT|
            RM                /|                   EINVAL|
            UNWATCH           /a|t|                ENOENT|
            UNWATCH           /a|                  EINVAL|
            WATCH             /a|                  EINVAL|
            WATCH             /a                   EINVAL|
            WATCH             /a|t|x|              EINVAL|
            WATCH             /a|t|1|2|            EINVAL|
            WATCH             /a//b|t|             EINVAL|
            TRANSACTION_START |                    1|
            TRANSACTION_START ''                   1|
            TRANSACTION_END   T|                   ENOENT|
            TRANSACTION_END   X|                   EINVAL|
            GET_DOMAIN_PATH   7|                   /local/domain/7|
            GET_DOMAIN_PATH   abc|                 EINVAL|
            GET_DOMAIN_PATH   65536|               EINVAL|
            GET_DOMAIN_PATH   |                    EINVAL|
            INTRODUCE         7|1|2|               OK|
            INTRODUCE         7|1|                 EINVAL|
            INTRODUCE         x|1|2|               EINVAL|
            INTRODUCE         7|0xf|2|             EINVAL|
            INTRODUCE         7|1|0|               EINVAL|
            INTRODUCE         32752|1|2|           EINVAL|
            RELEASE           0|                   EINVAL|
            RELEASE           7|                   ENOENT|
            IS_DOMAIN_INTRODUCED 7|                F|
            IS_DOMAIN_INTRODUCED 0|                T|
            IS_DOMAIN_INTRODUCED 32752|            T|
            RESUME            7|                   ENOENT|
            RESUME            0|                   EINVAL|
            SET_TARGET        7|8|                 ENOENT|
            SET_TARGET        7|                   EINVAL|
            RESET_WATCHES     |                    OK|
            GET_FEATURE       ''                   15|
            GET_FEATURE       0|                   15|
            GET_FEATURE       7|                   ENOENT|
            GET_FEATURE       |                    EINVAL|
            GET_FEATURE       x|                   EINVAL|
            GET_FEATURE       0                    EINVAL|
            GET_FEATURE       0|0|                 EINVAL|
            SET_FEATURE       7|3|                 OK|
            SET_FEATURE       7|0|                 OK|
            SET_FEATURE       7|16|                EINVAL|
            SET_FEATURE       7|-1|                EINVAL|
            SET_FEATURE       7|                   EINVAL|
            SET_FEATURE       ''                   EINVAL|
            SET_FEATURE       0|3|                 EBUSY|
            SET_FEATURE       32752|3|             ENOENT|
            GET_QUOTA         nodes|               1000|
            GET_QUOTA         soft-memory|         2097152|
            GET_QUOTA         0|nodes|             1000|
            GET_QUOTA         7|nodes|             ENOENT|
            GET_QUOTA         x|nodes|             EINVAL|
            GET_QUOTA         none|                EINVAL|
            GET_QUOTA         nodes                EINVAL|
            GET_QUOTA         |                    EINVAL|
            GET_QUOTA         7|nodes|1|           EINVAL|
            SET_QUOTA         nodes|2000|          OK|
            SET_QUOTA         7|nodes|0|           OK|
            SET_QUOTA         nodes|               EINVAL|
            SET_QUOTA         nodes|-1|            EINVAL|
            SET_QUOTA         nodes|x|             EINVAL|
            SET_QUOTA         none|1|              EINVAL|
            SET_QUOTA         soft-nodes|1|        EINVAL|
            SET_QUOTA         32752|nodes|1|       ENOENT|
            SET_QUOTA         ''                   EINVAL|
            CONTROL           check|               OK|
            CONTROL           check|x|             EINVAL|
            CONTROL           nonsense|            EINVAL|
            CONTROL           ''                   EINVAL|
            """;

    /** Operation, payload, reply; '' is empty. */
    private static final String GUESTS = """
            CONTROL           check|               EACCES|
            INTRODUCE         7|1|2|               EACCES|
            RELEASE           5|                   EACCES|
            IS_DOMAIN_INTRODUCED 5|                EACCES|
            RESUME            5|                   EACCES|
            SET_TARGET        5|0|                 EACCES|
            GET_FEATURE       ''                   15|
            GET_FEATURE       5|                   EACCES|
            SET_FEATURE       5|0|                 EACCES|
            GET_QUOTA         ''                   EACCES|
            GET_QUOTA         nodes|               EACCES|
            SET_QUOTA         nodes|0|             EACCES|
            READ              /tool|               EACCES|
            READ              /none|               EACCES|
            WRITE             /x|v                 EACCES|
            GET_DOMAIN_PATH   0|                   /local/domain/0|
            RESET_WATCHES     |                    OK|
            """;

    private final Wire wire = new Wire();
    private final Wire.Client dom0 = wire.connect(0);
    private final Wire.Client guest = wire.connect(5);

    static Stream<Arguments> privileged() {
        return rows(PRIVILEGED);
    }

    static Stream<Arguments> guests() {
        return rows(GUESTS);
    }

    private static Stream<Arguments> rows(String table) {
        return table.lines().map(line -> line.split(" +", -1)).map(columns ->
                Arguments.of(Operation.valueOf(columns[0]), columns[1].replace("''", ""),
                        columns[2].replace("''", "")));
    }

    @AfterEach
    void check() {
        assertThat(wire.store().consistent()).isTrue();
    }

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @MethodSource("privileged")
    void shouldAnswerThePrivilegedDomain(Operation operation, String payload, String reply) {
        dom0.ask(Operation.WRITE, "/a|value");
        dom0.ask(Operation.WRITE, "/b/c|");
        dom0.ask(Operation.WRITE, "/b/d|");

        assertThat(dom0.ask(operation, payload)).isEqualTo(reply);
    }

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @MethodSource("guests")
    void shouldAnswerAGuest(Operation operation, String payload, String reply) {
        assertThat(guest.ask(operation, payload)).isEqualTo(reply);
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 20, 27, 28, 31, 32, 128, 65535, -1, Integer.MIN_VALUE})
    void shouldRefuseUnknownOperations(int type) {
        dom0.send(new Message(type, 3, 0, new byte[0]));

        assertThat(dom0.receive()).singleElement().satisfies(reply -> {
            assertThat(reply.type()).isEqualTo(Operation.ERROR.code());
            assertThat(reply.requestId()).isEqualTo(3);
            assertThat(Wire.text(reply.payload())).isEqualTo("ENOSYS|");
        });
    }

    @Test
    void shouldEchoIdsInRepliesAndErrors() {
        int tx = Integer.parseInt(dom0.ask(Operation.TRANSACTION_START, "|").replace("|", ""));
        for (String path : List.of("/tool|", "/none|")) {
            dom0.send(Message.of(Operation.READ, 0xFFFFFFFF, tx, Wire.payload(path)));
            assertThat(dom0.receive()).singleElement().satisfies(reply -> {
                assertThat(reply.requestId()).isEqualTo(0xFFFFFFFF);
                assertThat(reply.transactionId()).isEqualTo(tx);
            });
        }
    }

    @Test
    void shouldRefuseUnknownTransactions() {
        assertThat(dom0.ask(Operation.READ, 9, "/tool|")).isEqualTo("ENOENT|");
        assertThat(dom0.ask(Operation.TRANSACTION_START, 9, "|")).isEqualTo("ENOENT|");
        assertThat(dom0.ask(Operation.TRANSACTION_END, 9, "T|")).isEqualTo("ENOENT|");
        assertThat(dom0.ask(Operation.GET_DOMAIN_PATH, 9, "1|")).isEqualTo("ENOENT|");
    }

    @Test
    void shouldRefuseTransactionsInTransactions() {
        assertThat(dom0.ask(Operation.TRANSACTION_START, "|")).isEqualTo("1|");
        assertThat(dom0.ask(Operation.TRANSACTION_START, 1, "|")).isEqualTo("EBUSY|");
        assertThat(dom0.ask(Operation.TRANSACTION_END, 1, "T|")).isEqualTo("OK|");
        assertThat(dom0.ask(Operation.TRANSACTION_END, 1, "F|")).isEqualTo("ENOENT|");
    }

    @Test
    void shouldResetWatchesInsideATransaction() {
        dom0.talk(Operation.WATCH, 0, "/a|t|");
        dom0.ask(Operation.TRANSACTION_START, "|");
        assertThat(dom0.ask(Operation.RESET_WATCHES, 1, "|")).isEqualTo("OK|");
        assertThat(dom0.ask(Operation.TRANSACTION_END, 1, "T|")).isEqualTo("ENOENT|");
        assertThat(dom0.ask(Operation.WRITE, "/a|")).isEqualTo("OK|");
    }

    @Test
    void shouldSendTheFirstEventBehindTheReply() {
        assertThat(dom0.talk(Operation.WATCH, 0, "/none/yet|token|")).containsExactly("OK|", "event:/none/yet|token|");
        assertThat(dom0.talk(Operation.WATCH, 0, "rel|t|")).containsExactly("OK|", "event:rel|t|");
        assertThat(dom0.talk(Operation.WATCH, 99, "/w||")).containsExactly("OK|", "event:/w||");
        assertThat(dom0.talk(Operation.WATCH, 0, "@releaseDomain|t|")).containsExactly("OK|",
                "event:@releaseDomain|t|");
        assertThat(guest.talk(Operation.WATCH, 0, "/tool|t|")).containsExactly("OK|", "event:/tool|t|");
    }

    @Test
    void shouldSendOwnEventsBeforeTheReply() {
        dom0.talk(Operation.WATCH, 0, "/a|t|");

        assertThat(dom0.talk(Operation.WRITE, 0, "/a/b|1")).containsExactly("event:/a/b|t|", "OK|");
    }

    @Test
    void shouldMergeEventsThatWaitAndAreEqual() {
        dom0.talk(Operation.WATCH, 0, "/a|t|");
        Wire.Client writer = wire.connect(0);
        for (int i = 0; i < 50; i++) {
            writer.ask(Operation.WRITE, "/a|" + i);
            writer.ask(Operation.WRITE, "/a/b|" + i);
        }

        assertThat(dom0.receive()).hasSize(2);
        writer.ask(Operation.WRITE, "/a|");
        assertThat(dom0.receive()).hasSize(1);
    }

    @Test
    void shouldNotMergeSpecialEvents() {
        dom0.talk(Operation.WATCH, 0, "@releaseDomain|t|");
        wire.store().domains().release(7);
        wire.store().domains().release(8);

        assertThat(dom0.receive()).hasSize(2);
    }

    @Test
    void shouldDropEventsThatWouldBeTooLong() {
        String token = "t".repeat(4080);
        assertThat(dom0.talk(Operation.WATCH, 0, "/a|" + token + "|")).hasSize(2);
        assertThat(dom0.ask(Operation.WRITE, "/a/" + "x".repeat(100) + "|")).isEqualTo("OK|");
    }

    @Test
    void shouldRefuseRepliesThatWouldBeTooLong() {
        for (int i = 0; i < 500; i++) {
            dom0.ask(Operation.MKDIR, "/big/child-" + (100 + i) + "|");
        }
        assertThat(dom0.ask(Operation.DIRECTORY, "/big|")).isEqualTo("E2BIG|");

        String first = dom0.ask(Operation.DIRECTORY_PART, "/big|0|");
        assertThat(first.length()).isBetween(4080, 4096);
        assertThat(first).endsWith("|").doesNotEndWith("||");
        int generation = first.indexOf('|') + 1;
        String second = dom0.ask(Operation.DIRECTORY_PART, "/big|" + (first.length() - generation) + "|");
        assertThat(second).endsWith("||");
        assertThat((first.substring(generation) + second.substring(generation)).split("\\|")).hasSize(500);
    }

    @Test
    void shouldChangeTheGenerationWithTheListOfChildren() {
        dom0.ask(Operation.MKDIR, "/big/a|");
        String before = dom0.ask(Operation.DIRECTORY_PART, "/big|0|");
        dom0.ask(Operation.WRITE, "/big/a|value");
        assertThat(dom0.ask(Operation.DIRECTORY_PART, "/big|0|")).isEqualTo(before);
        dom0.ask(Operation.MKDIR, "/big/b|");
        dom0.ask(Operation.RM, "/big/b|");
        assertThat(dom0.ask(Operation.DIRECTORY_PART, "/big|0|")).isNotEqualTo(before).endsWith("|a||");
    }

    @Test
    void shouldKeepValuesToTheByte() {
        assertThat(dom0.ask(Operation.WRITE, "/a||\u00ff|")).isEqualTo("OK|");
        assertThat(dom0.ask(Operation.READ, "/a|")).isEqualTo("|\u00ff|");
    }

    @Test
    void shouldIntroduceAndReleaseDomains() {
        dom0.talk(Operation.WATCH, 0, "@introduceDomain|i|");
        dom0.talk(Operation.WATCH, 0, "@releaseDomain|r|");
        assertThat(dom0.talk(Operation.INTRODUCE, 0, "7|1|2|")).containsExactly("event:@introduceDomain|i|", "OK|");
        assertThat(dom0.talk(Operation.INTRODUCE, 0, "7|1|2|")).containsExactly("OK|");
        assertThat(dom0.ask(Operation.IS_DOMAIN_INTRODUCED, "7|")).isEqualTo("T|");
        assertThat(dom0.ask(Operation.RESUME, "7|")).isEqualTo("OK|");
        assertThat(dom0.ask(Operation.SET_TARGET, "7|0|")).isEqualTo("OK|");
        assertThat(dom0.talk(Operation.RELEASE, 0, "7|")).containsExactly("event:@releaseDomain|r|", "OK|");
        assertThat(dom0.ask(Operation.RELEASE, "7|")).isEqualTo("ENOENT|");
    }
}
