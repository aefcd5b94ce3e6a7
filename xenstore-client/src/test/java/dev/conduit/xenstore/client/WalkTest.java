package dev.conduit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.WalkLimits;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreNode;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.WireHeader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Walks through a store made for the purpose, which answers only when it is owed some number of answers. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WalkTest {

    /** Children by path; every value is "v". */
    private static final class TreeServer implements Transport {

        private final Map<String, List<String>> children = new HashMap<>();
        private final Map<String, String> refusals = new HashMap<>();
        private final Queue<Message> unanswered = new ArrayDeque<>();
        private IntPredicate answersAt = owed -> true;
        private Receiver receiver;
        private int requests;
        private int mostOwed;

        void add(String path, String... names) {
            children.put(path, List.of(names));
            for (String name : names) {
                children.putIfAbsent(path.equals("/") ? "/" + name : path + "/" + name, List.of());
            }
        }

        @Override
        public void start(Receiver newReceiver) {
            receiver = newReceiver;
        }

        @Override
        public void send(Message message) {
            requests++;
            unanswered.add(message);
            mostOwed = Math.max(mostOwed, unanswered.size());
            if (answersAt.test(unanswered.size())) {
                answerAll();
            }
        }

        void answerAll() {
            while (!unanswered.isEmpty()) {
                Message request = unanswered.remove();
                receiver.received(answer(request, Payload.split(request.payload()).get(0)));
            }
        }

        private Message answer(Message request, String path) {
            Operation operation = Operation.of(request.type());
            String refusal = refusals.getOrDefault(operation + " " + path, children.containsKey(path) ? null : "ENOENT");
            if (refusal != null) {
                return Message.of(Operation.ERROR, request.requestId(), 0, Payload.strings(refusal));
            }
            return Message.of(operation, request.requestId(), 0, switch (operation) {
                case DIRECTORY -> Payload.strings(children.get(path).toArray(String[]::new));
                case GET_PERMS -> Payload.strings("n1", "r2");
                default -> Payload.bytes("v");
            });
        }

        @Override
        public void close() {
            unanswered.clear();
        }

        @Override
        public int maximumPayload() {
            return WireHeader.PAYLOAD_MAX;
        }
    }

    private final TreeServer server = new TreeServer();
    private final StoreClient client = new StoreClient(server, new ClientOptions(Duration.ofSeconds(20), 1, 1));

    @AfterEach
    void close() {
        client.close();
    }

    private List<String> paths(String path, WalkLimits limits) throws XenStoreException {
        return client.walk(path, limits).stream().map(XenStoreNode::path).toList();
    }

    @Test
    void shouldNameNodesBeforeTheirChildren() throws Exception {
        server.add("/", "b", "a");
        server.add("/b", "z", "y");
        server.add("/b/z", "deep");
        server.add("/a", "x");

        assertThat(paths("/", WalkLimits.defaults())).containsExactly("/", "/b", "/b/z", "/b/z/deep", "/b/y", "/a",
                "/a/x");
        assertThat(client.walk("/b", WalkLimits.defaults())).extracting(XenStoreNode::depth)
                .containsExactly(0, 1, 2, 1);
        assertThat(client.walk("/", WalkLimits.defaults()).get(0).name()).isEqualTo("/");
        assertThat(server.requests).isEqualTo(2 * 7 + 2 * 4 + 2 * 7);
        client.walk("/b", WalkLimits.defaults().withPermissions());
        assertThat(server.requests).isEqualTo(36 + 3 * 4);
    }

    @Test
    void shouldKeepManyRequestsUnderWayButNotTooMany() throws Exception {
        String[] names = new String[1000];
        for (int i = 0; i < names.length; i++) {
            names[i] = "n" + i;
        }
        server.add("/a", names);
        // A server that answers only when it is owed as much as a client of this kind sends at once.
        server.answersAt = owed -> server.requests <= 2 || owed == 128 || server.requests == 2002;

        assertThat(client.walk("/a", WalkLimits.defaults())).hasSize(1001);
        assertThat(server.mostOwed).isEqualTo(128);
    }

    @Test
    void shouldLeaveOutWhatDisappearsOrMayNotBeRead() throws Exception {
        server.add("/a", "gone", "half", "hidden", "locked", "stays");
        server.add("/a/hidden", "below");
        server.add("/a/half", "below");
        server.children.remove("/a/gone");
        server.refusals.put("READ /a/hidden", "EACCES");
        server.refusals.put("DIRECTORY /a/half", "ENOENT");
        server.refusals.put("GET_PERMS /a/locked", "EACCES");

        assertThat(paths("/a", WalkLimits.defaults().withPermissions())).containsExactly("/a", "/a/stays");
        assertThat(paths("/a", WalkLimits.defaults())).containsExactly("/a", "/a/locked", "/a/stays");
    }

    @Test
    void shouldRefuseWhatCannotBeRead() {
        server.add("/a", "b");
        server.refusals.put("DIRECTORY /a/b", "EIO");

        assertThatThrownBy(() -> client.walk("/a", WalkLimits.defaults())).hasMessage(
                "XenStore directory of '/a/b' refused: EIO");
        assertThatThrownBy(() -> client.walk("/none", WalkLimits.defaults())).hasMessage(
                "XenStore read of '/none' refused: ENOENT");
        assertThatThrownBy(() -> client.walk("//", WalkLimits.defaults())).hasMessageContaining("empty component");
    }

    @Test
    void shouldRefuseMoreThanTheLimits() throws Exception {
        server.add("/a", "b", "c");
        server.add("/a/b", "d");

        assertThat(paths("/a", new WalkLimits(4, 7, 2, false))).hasSize(4);
        assertThatThrownBy(() -> client.walk("/a", new WalkLimits(3, 7, 2, false)))
                .isInstanceOf(XenStoreException.class).matches(e -> ((XenStoreException) e).is("E2BIG"))
                .hasMessage("the subtree at '/a' has more than 3 nodes, the limit of this walk");
        assertThatThrownBy(() -> client.walk("/a", new WalkLimits(4, 6, 2, false)))
                .hasMessage("the subtree at '/a' has more than 6 bytes, the limit of this walk");
        assertThatThrownBy(() -> client.walk("/a", new WalkLimits(4, 7, 1, false)))
                .hasMessage("the subtree at '/a' has more than 1 levels, the limit of this walk");
        assertThatThrownBy(() -> new WalkLimits(0, 1, 1, false)).hasMessage(
                "a walk of 0 nodes, 1 bytes, 1 levels is less than 1 node, 0 bytes, 0 levels");
    }

    @Test
    void shouldReadAVeryDeepTree() throws Exception {
        StringBuilder path = new StringBuilder("/a");
        for (int i = 0; i < 1500; i++) {
            server.add(path.toString(), "b");
            path.append("/b");
        }

        assertThat(client.walk("/a", new WalkLimits(2000, 10_000, 1500, false))).hasSize(1501);
        assertThatThrownBy(() -> client.walk("/a", WalkLimits.defaults())).hasMessageContaining("100 levels");
    }

    @Test
    void shouldForgetWhatIsUnderWayWhenItFails() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            names.add("n" + i);
        }
        server.add("/a", names.toArray(String[]::new));
        server.refusals.put("READ /a/n0", "EIO");
        server.answersAt = owed -> server.requests <= 2 || owed == 128;

        assertThatThrownBy(() -> client.walk("/a", WalkLimits.defaults())).hasMessageEndingWith("EIO");
        server.answersAt = owed -> true;
        assertThat(client.readString("/a")).isEqualTo("v");
    }
}
