package dev.conduit.xenstore.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.Wire;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several connections of several domains do at random what they can, in transactions and without; each reply and each
 * event is the one {@link PlainStore} and {@link PlainWatch} say. A commit must succeed exactly when all of its requests,
 * done again at that moment, are answered as before, or when it changed nothing.
 */
class ModelTest {

    private static final int STEPS = 4000;
    private static final int[] DOMAINS = {0, 5, 5, 6};
    private static final Operation[] OPERATIONS = {Operation.READ, Operation.DIRECTORY, Operation.GET_PERMS,
        Operation.WRITE, Operation.WRITE, Operation.MKDIR, Operation.RM, Operation.SET_PERMS};
    private static final int TRANSACTIONS = 3;
    /** Longer than any rest of a domain that disturbs others. */
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(6);

    private record Answered(PlainStore.Request request, String answer) {
    }

    private static final class Running {
        private final PlainStore own;
        private final List<Answered> log = new ArrayList<>();

        Running(PlainStore state) {
            own = new PlainStore(state);
        }

        boolean changedNothing() {
            return log.stream().allMatch(one -> one.request().reading() || !one.answer().equals("OK|"));
        }
    }

    /** One connection and what the model knows of it. */
    private final class Peer {
        private final int domain;
        private final Wire.Client client;
        private final Map<Integer, Running> running = new HashMap<>();
        private final Map<String, PlainWatch> watches = new HashMap<>();
        private final Set<String> expected = new TreeSet<>();
        private final List<String> heard = new ArrayList<>();

        Peer(int domain) {
            this.domain = domain;
            client = wire.connect(domain);
        }

        String home() {
            return "/local/domain/" + domain + "/";
        }

        /** The reply; all events are compared with those expected. */
        String ask(Operation operation, int transaction, String payload) {
            client.send(Message.of(operation, 1, transaction, Wire.payload(payload)));
            List<String> replies = hear();
            assertThat(replies).as("%s, %s %s by domain %d", where, operation, payload, domain).hasSize(1);
            return replies.get(0);
        }

        private List<String> hear() {
            List<String> replies = new ArrayList<>();
            heard.clear();
            for (Message message : client.receive()) {
                String text = Wire.text(message.payload());
                (message.type() == Operation.WATCH_EVENT.code() ? heard : replies).add(text);
            }
            return replies;
        }

        void requireEvents() {
            assertThat(heard).as("%s, events of domain %d", where, domain)
                    .containsExactlyInAnyOrderElementsOf(expected);
            expected.clear();
            heard.clear();
        }

    }

    private final Wire wire = new Wire();
    private final List<Peer> peers = new ArrayList<>();
    private PlainStore state = new PlainStore();
    private Random random;
    private String where;
    private int commits;
    private int conflicts;
    private int events;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void shouldAnswerAndTellWhatTheModelSays(long seed) {
        random = new Random(seed);
        where = "seed " + seed;
        for (int domain : DOMAINS) {
            peers.add(new Peer(domain));
        }
        for (String[] node : new String[][] {{"/m", "b0|"}, {"/local/domain/5", "n5|"}, {"/local/domain/6", "n6|r5|"}}) {
            single(peers.get(0), new PlainStore.Request(Operation.MKDIR, 0, node[0], ""), node[0]);
            single(peers.get(0), new PlainStore.Request(Operation.SET_PERMS, 0, node[0], node[1]), node[0]);
        }
        for (int i = 0; i < STEPS; i++) {
            where = "seed " + seed + ", step " + i;
            wire.pass(PAUSE);
            step(peers.get(random.nextInt(peers.size())));
            for (Peer peer : peers) {
                events += peer.expected.size();
                peer.requireEvents();
            }
        }
        assertThat(wire.store().consistent()).as(where).isTrue();
        assertThat(commits).as("commits, %s", where).isGreaterThan(20);
        assertThat(conflicts).as("conflicts, %s", where).isGreaterThan(5);
        assertThat(events).as("events, %s", where).isGreaterThan(500);
    }

    private void step(Peer peer) {
        int kind = random.nextInt(20);
        if (kind < 14) {
            request(peer);
        } else if (kind == 14) {
            watch(peer);
        } else if (kind == 15) {
            unwatch(peer);
        } else if (peer.running.size() < TRANSACTIONS && kind < 18) {
            int id = Integer.parseInt(peer.ask(Operation.TRANSACTION_START, 0, "|").replace("|", ""));
            peer.running.put(id, new Running(state));
        } else if (!peer.running.isEmpty()) {
            end(peer);
        }
        for (Peer other : peers) {
            if (other != peer) {
                assertThat(other.hear()).as(where).isEmpty();
            }
        }
    }

    private void request(Peer peer) {
        Operation operation = OPERATIONS[random.nextInt(OPERATIONS.length)];
        String given = path(peer);
        String argument = switch (operation) {
            case WRITE -> "v" + random.nextInt(3);
            case SET_PERMS -> permissions();
            default -> "";
        };
        PlainStore.Request request = new PlainStore.Request(operation, peer.domain, absolute(peer, given), argument);
        if (peer.running.isEmpty() || random.nextBoolean()) {
            single(peer, request, given);
            return;
        }
        int id = anyOf(peer);
        Running transaction = peer.running.get(id);
        String answer = transaction.own.run(request);
        assertThat(peer.ask(operation, id, payload(request, given))).as("%s, %s in %d", where, request, id)
                .isEqualTo(answer);
        transaction.log.add(new Answered(request, answer));
    }

    private void single(Peer peer, PlainStore.Request request, String given) {
        PlainStore after = new PlainStore(state);
        String answer = after.run(request);
        adopt(after);
        assertThat(peer.ask(request.operation(), 0, payload(request, given))).as("%s, %s", where, request)
                .isEqualTo(answer);
    }

    private void adopt(PlainStore after) {
        for (Peer peer : peers) {
            for (PlainWatch watch : peer.watches.values()) {
                watch.events(state, after, after.changed())
                        .forEach(path -> peer.expected.add(path + "|" + watch.token() + "|"));
            }
        }
        state = after;
    }

    private void end(Peer peer) {
        int id = anyOf(peer);
        Running transaction = peer.running.remove(id);
        if (random.nextInt(4) == 0) {
            assertThat(peer.ask(Operation.TRANSACTION_END, id, "F|")).as(where).isEqualTo("OK|");
            return;
        }
        PlainStore after = new PlainStore(state);
        boolean same = transaction.log.stream().allMatch(one -> after.run(one.request()).equals(one.answer()));
        boolean nothing = transaction.changedNothing();
        if (!nothing && same) {
            adopt(after);
            commits++;
        } else if (!nothing) {
            conflicts++;
        }
        assertThat(peer.ask(Operation.TRANSACTION_END, id, "T|")).as("%s, %s", where, transaction.log)
                .isEqualTo(nothing || same ? "OK|" : "EAGAIN|");
    }

    private void watch(Peer peer) {
        String given = random.nextInt(6) == 0 ? "/" : path(peer);
        String token = "t" + random.nextInt(3);
        int depth = random.nextInt(3) - 1;
        boolean relative = !given.startsWith("/");
        PlainWatch watch = new PlainWatch(peer.domain, absolute(peer, given), token, depth,
                relative ? peer.home() : "");
        boolean fresh = peer.watches.putIfAbsent(watch.path() + " " + token, watch) == null;
        if (fresh) {
            peer.expected.add(given + "|" + token + "|");
        }
        assertThat(peer.ask(Operation.WATCH, 0, given + "|" + token + "|" + (depth < 0 ? "" : depth + "|"))).as(where)
                .isEqualTo(fresh ? "OK|" : "EEXIST|");
    }

    private void unwatch(Peer peer) {
        String given = path(peer);
        String token = "t" + random.nextInt(3);
        boolean known = peer.watches.remove(absolute(peer, given) + " " + token) != null;
        assertThat(peer.ask(Operation.UNWATCH, 0, given + "|" + token + "|")).as(where)
                .isEqualTo(known ? "OK|" : "ENOENT|");
    }

    private int anyOf(Peer peer) {
        return peer.running.keySet().stream().skip(random.nextInt(peer.running.size())).findFirst().orElseThrow();
    }

    private static String payload(PlainStore.Request request, String given) {
        return given + "|" + request.argument();
    }

    private static String absolute(Peer peer, String given) {
        return given.startsWith("/") ? given : peer.home() + given;
    }

    private String permissions() {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            text.append("nrwb".charAt(random.nextInt(4))).append(DOMAINS[random.nextInt(DOMAINS.length)]).append('|');
        }
        return text.toString();
    }

    private String path(Peer peer) {
        StringBuilder path = new StringBuilder(switch (random.nextInt(6)) {
            case 0 -> "/local/domain/" + DOMAINS[random.nextInt(DOMAINS.length)];
            case 1 -> peer.domain == 0 ? "/m" : "a";
            default -> "/m";
        });
        for (int depth = random.nextInt(4); depth > 0; depth--) {
            path.append('/').append("abc".charAt(random.nextInt(3)));
        }
        return path.toString();
    }
}
