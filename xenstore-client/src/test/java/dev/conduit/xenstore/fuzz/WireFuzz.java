package dev.conduit.xenstore.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.Wire;
import dev.conduit.xenstore.server.store.Limits;
import dev.conduit.xenstore.server.store.Usage;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One server without I/O and some connections that talk to it, rightly and wrongly; all follows from the seed. */
final class WireFuzz {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final Set<String> RULES = Set.of("its domain was released", "its domain has too many connections");

    /** One connection, and the bytes the server did not take yet. */
    private final class Speaker {
        private final int domain;
        private final Wire.Client client;
        private final Talker talker = new Talker(random);
        private final Exchanges exchanges = talker.exchanges();
        private final List<byte[]> waiting = new ArrayList<>();

        Speaker(int domain) {
            this.domain = domain;
            client = wire.connect(domain);
        }

        void say() {
            byte[] bytes = talker.next();
            int cut = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
            waiting.add(Arrays.copyOf(bytes, cut));
            waiting.add(Arrays.copyOfRange(bytes, cut, bytes.length));
            // The rest of a cut message stays back at times.
            push(random.nextBoolean() ? waiting.size() : waiting.size() - 1);
        }

        void push(int pieces) {
            for (int i = 0; i < pieces && client.broken() == null; i++) {
                if (!client.offer(ByteBuffer.wrap(waiting.get(0)).order(WireHeader.ORDER))) {
                    return;
                }
                waiting.remove(0);
            }
        }

        void listen() {
            client.receive().forEach(talker::received);
        }

        /** Says no more, but waits for all that is owed. */
        void finish() {
            for (int i = 0; i < 200 && client.broken() == null && (exchanges.unanswered() > 0 || !waiting.isEmpty());
                    i++) {
                push(waiting.size());
                listen();
                wire.pass(SECOND);
            }
            listen();
            if (client.broken() == null) {
                assertThat(exchanges.tooLong()).as("goes on behind an impossible length").isFalse();
                assertThat(exchanges.unanswered()).as("requests without a reply").isZero();
            }
        }

        boolean ended() {
            String reason = client.broken();
            if (reason != null) {
                assertThat(RULES.contains(reason) || reason.matches("it left [0-9]+ bytes unread, .*")
                        || exchanges.tooLong()).as("broken off: %s", reason).isTrue();
            }
            return reason != null;
        }
    }

    private final Random random;
    private final Wire wire = new Wire();
    private final Usage before;
    private final List<Speaker> speakers = new ArrayList<>();
    private long requests;

    WireFuzz(long seed) {
        random = new Random(seed);
        before = wire.store().domains().usage().get(0);
    }

    /** Returns how many requests the server saw. */
    long run(int steps) {
        Wire.Client dom0 = wire.connect(0);
        dom0.ask(Operation.MKDIR, "/fuzz|");
        dom0.ask(Operation.SET_PERMS, "/fuzz|b0|");
        dom0.close();
        for (int domain : new int[] {0, 0, 5, 5, 6, 7}) {
            speakers.add(new Speaker(domain));
        }
        for (int i = 0; i < steps; i++) {
            step(random.nextInt(speakers.size()));
        }
        speakers.forEach(Speaker::finish);
        speakers.forEach(speaker -> {
            speaker.ended();
            requests += speaker.exchanges.requests();
        });
        requireNothingLeft();
        return requests;
    }

    private void step(int which) {
        Speaker speaker = speakers.get(which);
        if (speaker.ended() || random.nextInt(300) == 0) {
            speaker.client.close();
            requests += speaker.exchanges.requests();
            speakers.set(which, new Speaker(speaker.domain));
            return;
        }
        speaker.say();
        if (random.nextInt(5) > 0) {
            speaker.listen();
        }
        if (random.nextInt(100) == 0) {
            wire.pass(random.nextInt(30) * SECOND);
        }
        if (random.nextInt(400) == 0) {
            wire.store().domains().setLimits(Limits.standard());
            assertThat(wire.store().consistent()).as("counts").isTrue();
        }
    }

    /** When all connections, guests and nodes are gone, the accounts are those of a new store. */
    private void requireNothingLeft() {
        assertThat(wire.store().consistent()).as("counts").isTrue();
        speakers.forEach(speaker -> speaker.client.close());
        Wire.Client dom0 = wire.connect(0);
        Set.copyOf(wire.store().domains().usage().keySet()).stream().filter(domain -> domain != 0)
                .forEach(domain -> wire.store().domains().release(domain));
        for (String name : dom0.ask(Operation.DIRECTORY, "/|").split("\\|")) {
            dom0.ask(Operation.RM, "/" + name + "|");
        }
        dom0.ask(Operation.WRITE, "/|");
        dom0.ask(Operation.SET_PERMS, "/|n0|");
        dom0.ask(Operation.MKDIR, "/tool/xenstored|");
        dom0.close();
        assertThat(wire.store().consistent()).as("counts at the end").isTrue();
        assertThat(wire.store().domains().usage()).as("left at the end").isEqualTo(Map.of(0, before));
    }
}
