package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeded nonsense: exactly one reply each, counts stay right, and nothing is left at the end. */
class HostileBytesTest {

    private static final String[] PATHS = {"/", "/g", "/g/a", "/g/a/b", "/g/c", "g", "@releaseDomain", "/g//a", "",
        "/x", "/g/a/", "/tool", "/local/domain/", "/local/domain/5/d"};
    private static final String[] ARGUMENTS = {"T", "F", "0", "1", "5", "6", "n5", "b6", "r0", "n0", "x", "", "65536",
        "token", "check", "4294967295"};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldAnswerEveryRequestOnce(long seed) {
        Random random = new Random(seed);
        Wire wire = new Wire();
        List<Wire.Client> clients = new ArrayList<>();
        for (int domain : new int[] {0, 0, 5, 5, 6}) {
            clients.add(wire.connect(domain));
        }
        clients.get(0).ask(Operation.MKDIR, "/g|");
        clients.get(0).ask(Operation.SET_PERMS, "/g|b5|");
        for (int i = 0; i < 5000; i++) {
            int which = random.nextInt(clients.size());
            Wire.Client client = clients.get(which);
            if (client.wire().broken() != null) {
                client.close();
                clients.set(which, wire.connect(client.wire().session().domain()));
                continue;
            }
            Message request = new Message(random.nextInt(10) == 0 ? random.nextInt() : random.nextInt(28), i,
                    random.nextInt(3) == 0 ? random.nextInt(4) : 0, payload(random));
            client.send(request);
            List<Message> replies = client.receive().stream()
                    .filter(message -> message.type() != Operation.WATCH_EVENT.code()).toList();
            assertThat(replies).as("seed %d, request %d: %s", seed, i, request)
                    .hasSize(client.wire().broken() == null ? 1 : 0)
                    .noneMatch(reply -> Wire.text(reply.payload()).equals("EIO|"));
        }
        assertThat(wire.store().consistent()).as("seed %d", seed).isTrue();
        clients.forEach(Wire.Client::close);
        wire.store().domains().release(5);
        wire.store().domains().release(6);
        assertThat(wire.store().consistent()).as("seed %d", seed).isTrue();
        assertThat(wire.store().domains().usage().get(0).watches()).as("seed %d", seed).isZero();
    }

    private static byte[] payload(Random random) {
        if (random.nextInt(8) == 0) {
            byte[] bytes = new byte[random.nextInt(random.nextInt(4) == 0 ? 4097 : 20)];
            random.nextBytes(bytes);
            return bytes;
        }
        StringBuilder text = new StringBuilder();
        if (random.nextInt(6) > 0) {
            text.append(PATHS[random.nextInt(PATHS.length)]).append('|');
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(ARGUMENTS[random.nextInt(ARGUMENTS.length)]).append('|');
        }
        if (random.nextInt(10) == 0) {
            text.append("tail");
        }
        return Wire.payload(text.toString());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void shouldSurviveRandomBytes(long seed) {
        Random random = new Random(seed);
        Wire wire = new Wire();
        for (int i = 0; i < 2000; i++) {
            Wire.Client client = wire.connect(random.nextInt(3));
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            ByteBuffer in = ByteBuffer.wrap(bytes).order(WireHeader.ORDER);
            if (in.remaining() >= WireHeader.SIZE && random.nextBoolean()) {
                in.putInt(WireHeader.TYPE, random.nextInt(30)).putInt(WireHeader.LENGTH, random.nextInt(100));
            }
            client.wire().receive(in);
            client.receive();
            client.close();
        }
        assertThat(wire.store().consistent()).as("seed %d", seed).isTrue();
    }
}
