package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireConnectionTest {

    private final Wire wire = new Wire();
    private final Wire.Client client = wire.connect(0);

    private static ByteBuffer requests(int count, String path) {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 20).order(WireHeader.ORDER);
        for (int i = 0; i < count; i++) {
            Message.of(Operation.READ, i, 0, Wire.payload(path)).encode(bytes);
        }
        return bytes.flip();
    }

    @Test
    void shouldAnswerInTheOrderOfRequests() {
        client.wire().receive(requests(200, "/tool|"));

        List<Message> replies = client.receive();
        assertThat(replies).hasSize(200);
        for (int i = 0; i < 200; i++) {
            assertThat(replies.get(i).requestId()).isEqualTo(i);
        }
    }

    @Test
    void shouldHandleRequestsByteByByte() {
        ByteBuffer bytes = requests(2, "/none|");
        while (bytes.hasRemaining()) {
            client.wire().receive(bytes.slice(bytes.position(), 1));
            bytes.position(bytes.position() + 1);
        }
        assertThat(client.receive()).hasSize(2);
    }

    @Test
    void shouldStopHandlingWhileRepliesWait() {
        client.ask(Operation.WRITE, "/big|" + "x".repeat(4000));
        client.wire().receive(requests(500, "/big|"));

        assertThat(client.wire().wantsInput()).isFalse();
        assertThat(client.wire().broken()).isNull();
        ByteBuffer out = ByteBuffer.allocate(1 << 20).order(WireHeader.ORDER);
        client.wire().drainTo(out);
        assertThat(out.position()).as("no more than the bound and one reply").isBetween(60_000, 70_000);
        assertThat(client.wire().canResume()).isTrue();
        out.flip();
        int before = out.remaining() / 4016;
        client.wire().resume();
        assertThat(before + client.receive().size()).isEqualTo(500);
        assertThat(client.wire().wantsInput()).isTrue();
    }

    @Test
    void shouldBreakOffAClientThatLeavesTooMuchUnread() {
        Wire.Client slow = wire.connect(0, 10_000);
        slow.talk(Operation.WATCH, 0, "/|t|");
        for (int i = 0; i < 1000 && slow.wire().broken() == null; i++) {
            client.ask(Operation.WRITE, "/some/rather/long/path/" + i + "|");
        }

        assertThat(slow.wire().broken()).matches("it left \\d+ bytes unread, at most 10000 are kept");
        assertThat(slow.receive()).isEmpty();
        assertThat(slow.wire().wantsInput()).isFalse();
        assertThat(client.ask(Operation.READ, "/tool|")).isEmpty();
    }

    @Test
    void shouldBreakOffAtATooLongRequest() {
        ByteBuffer bytes = ByteBuffer.allocate(64).order(WireHeader.ORDER);
        Message.of(Operation.READ, 1, 0, Wire.payload("/tool|")).encode(bytes);
        bytes.putInt(2).putInt(0).putInt(0).putInt(5000).flip();
        client.wire().receive(bytes);

        assertThat(client.wire().broken())
                .isEqualTo("message of type 2 claims 5000 payload bytes, at most 4096 are allowed");
    }

    @Test
    void shouldBreakOffWhenTheDomainIsReleased() {
        Wire.Client guest = wire.connect(5);
        wire.store().domains().release(5);

        assertThat(guest.wire().broken()).isEqualTo("its domain was released");
        guest.close();
        assertThat(wire.store().domains().usage()).containsOnlyKeys(0);
    }
}
