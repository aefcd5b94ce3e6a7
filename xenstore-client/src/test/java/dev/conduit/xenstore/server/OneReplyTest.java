package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each request has exactly one reply, whatever is wrong with it (XSA-481), in and out of a transaction. */
class OneReplyTest {

    private static final String LONG = "x".repeat(WireHeader.PAYLOAD_MAX - 1);
    /** Arguments good and bad, alone and in front of others; NUL is written |. */
    private static final List<String> ARGUMENTS = List.of("", "/", "/a", "a", "@releaseDomain", "@", "@x",
            "/a/", "//", "/a//b", "/a.b", "/local/domain/", "/local/domain/5", "/local/domain//x", "\u00e9", "-1", "0", "5", "7", "65535",
            "65536", "32752", "32757", "4294967296", "99999999999999999999", "0x10", " 5", "n5", "n", "n65536", "T",
            "F", "check", "quota", "log", "set", "max", "nodes", "soft-memory", "/" + "x".repeat(2047),
            "/" + "x".repeat(3071), "/" + "x".repeat(3072), "/x".repeat(1023), "x".repeat(2048));

    static IntStream types() {
        return IntStream.concat(IntStream.rangeClosed(0, 33), IntStream.of(128, 65535, Integer.MAX_VALUE, -1));
    }

    private static List<String> payloads() {
        List<String> payloads = new ArrayList<>(List.of("", "|", "||", "|||", LONG, LONG + "|", "|".repeat(4096)));
        for (String first : ARGUMENTS) {
            payloads.add(first);
            payloads.add(first + "|");
            payloads.add("|" + first);
            for (String second : List.of("", "/b", "5", "n5", "x".repeat(900))) {
                payloads.add(first + "|" + second);
                payloads.add(first + "|" + second + "|");
                payloads.add(first + "|" + second + "|3|n5|");
            }
        }
        payloads.removeIf(payload -> payload.length() > WireHeader.PAYLOAD_MAX);
        return payloads;
    }

    @ParameterizedTest(name = "type {0}")
    @MethodSource("types")
    void shouldAnswerOnceWhateverIsAsked(int type) {
        for (String payload : payloads()) {
            for (int domain : new int[] {0, 5}) {
                for (boolean inside : new boolean[] {false, true}) {
                    ask(type, payload, domain, inside);
                }
            }
        }
    }

    private static void ask(int type, String payload, int domain, boolean inside) {
        Wire wire = new Wire();
        Wire.Client dom0 = wire.connect(0);
        dom0.ask(Operation.WRITE, "/local/domain/5/a|v");
        dom0.ask(Operation.SET_PERMS, "/local/domain/5|n5|");
        dom0.ask(Operation.INTRODUCE, "5|1|2|");
        Wire.Client client = domain == 0 ? dom0 : wire.connect(domain);
        int tx = inside ? Integer.parseInt(client.ask(Operation.TRANSACTION_START, "|").replace("|", "")) : 0;
        String asked = "type " + type + " '" + shown(payload) + "' of domain " + domain + " in transaction " + tx;

        client.send(new Message(type, 77, tx, Wire.payload(payload)));
        List<Message> replies = client.receive().stream()
                .filter(message -> message.type() != Operation.WATCH_EVENT.code()).toList();

        assertThat(replies).as(asked).hasSize(1);
        Message reply = replies.get(0);
        assertThat(reply.type()).as(asked).isIn(type, Operation.ERROR.code());
        assertThat(reply.requestId()).as(asked).isEqualTo(77);
        assertThat(reply.transactionId()).as(asked).isEqualTo(tx);
        assertThat(reply.payload().length).as(asked).isLessThanOrEqualTo(WireHeader.PAYLOAD_MAX);
        assertThat(Wire.text(reply.payload())).as(asked).isNotEqualTo("EIO|");
        assertThat(wire.store().consistent()).as("counts after " + asked).isTrue();
    }

    private static String shown(String payload) {
        return payload.length() > 100 ? payload.substring(0, 100) + "... of " + payload.length() : payload;
    }
}
