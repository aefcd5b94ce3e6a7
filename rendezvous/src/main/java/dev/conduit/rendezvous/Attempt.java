package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Ask;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.layout.ConnectionId;
import dev.conduit.rendezvous.layout.FlowRecord;
import dev.conduit.rendezvous.layout.FlowState;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.rendezvous.time.Deadline;
import dev.conduit.vchan.Vchan;
import dev.conduit.vchan.VchanChannel;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One request to one server: asks, waits for the answer, attaches; takes back what it wrote when that fails.
 *
 * @param platform gives XenStore, memory and events
 * @param store the same XenStore
 * @param asking where only dom0 may make requests
 * @param random for ids
 * @param name whom to ask for
 * @param deadline of the whole
 * @param claimed what this client wants to be called, or the empty text
 */
record Attempt(Platform platform, Store store, Asking asking, RandomGenerator random, String name, Deadline deadline,
        String claimed) {

    /** How soon a waiting client makes sure that the server still lives; each time that takes four times as long. */
    private static final Duration FIRST_SLICE = Duration.ofMillis(20);
    private static final Duration LONGEST_SLICE = Duration.ofSeconds(2);
    private static final int DRAWS = 4;

    /** Makes the connection object once everything is in place. */
    @FunctionalInterface
    interface Factory {
        ConduitConnection make(VchanChannel channel, FlowNodes nodes);
    }

    /** @param expected whose the name must be; empty: whoever has it */
    ConduitConnection run(Optional<DomainId> expected, ConnectOptions options, Factory factory) throws IOException {
        for (int draws = 1; ; draws++) {
            try {
                return run(ConnectionId.draw(random), expected, options, factory);
            } catch (NoRightException taken) {
                if (draws == DRAWS) {
                    throw taken;
                }
            }
        }
    }

    private ConduitConnection run(String id, Optional<DomainId> expected, ConnectOptions options, Factory factory)
            throws IOException {
        // Set up before there is anything to see, so that the first look after the request is enough.
        Signal signal = new Signal();
        XenStoreClient.Watch watch = watch(id, signal);
        FlowNodes asked = null;
        VchanChannel channel = null;
        boolean connected = false;
        try {
            asked = request(id, expected);
            requireExpected(asked.server(), expected);
            FlowRecord answer = answer(asked, signal, Deadline.after(deadline.left(options.patience())));
            FlowNodes nodes = ClientTransitions.established(asked, answer);
            channel = Vchan.connect(platform, nodes.server(), number(nodes, answer, Layout.RING_REF),
                    number(nodes, answer, Layout.EVENT_CHANNEL), options.channel());
            ConduitConnection connection = factory.make(channel, nodes);
            connected = true;
            return connection;
        } finally {
            watch.close();
            if (!connected) {
                withdraw(asked, channel);
            }
        }
    }

    private void withdraw(FlowNodes asked, VchanChannel channel) {
        if (asked != null) {
            store.cleanUp("withdrawal of flow " + asked.flow(),
                    transaction -> ClientTransitions.withdraw(transaction, asked));
        }
        if (channel != null) {
            channel.close();
        }
    }

    private XenStoreClient.Watch watch(String id, Signal signal) throws IOException {
        return store.patiently(what(), deadline, () -> store.client().watch(Layout.flow(id), path -> signal.set()));
    }

    private String what() {
        return "connect to '" + name + "'";
    }

    private FlowNodes request(String id, Optional<DomainId> expected) throws IOException {
        DomainId server;
        try {
            server = store.<DomainId, ConduitException>transact(what(), deadline, transaction -> {
                DomainId found = ClientTransitions.request(transaction, name, id, platform.self(), claimed);
                requireExpected(found, expected);
                return found;
            });
        } catch (NoRightException refused) {
            if (!asking.isNeeded()) {
                throw refused;
            }
            // Without an answer another look, with another id, says what is wrong.
            server = asking.forConnection(what(), new Ask(name, id, claimed), deadline).orElseThrow(() -> refused);
        }
        return new FlowNodes(name, ConduitNames.fallback(platform.self()), id, id, server, platform.self());
    }

    private void requireExpected(DomainId found, Optional<DomainId> expected) throws ConduitRefusedException {
        if (expected.isPresent() && !found.equals(expected.get())) {
            throw new ConduitRefusedException(RefusalReason.FORGED_NAME, "name '" + name
                    + "' is refused: it leads to domain " + found + ", and domain " + expected.get()
                    + " offers it under a shared name");
        }
    }

    private void requireAlive(FlowNodes asked) throws IOException {
        if (!platform.isAlive(asked.server())) {
            throw new ConduitRefusedException(RefusalReason.OWNER_DEAD,
                    "name '" + name + "' belongs to domain " + asked.server() + ", which is dead");
        }
    }

    /** Waits until the server has answered. */
    private FlowRecord answer(FlowNodes asked, Signal signal, Deadline end) throws IOException {
        Duration slice = FIRST_SLICE;
        while (true) {
            signal.clear();
            // A record that is gone or ruined is as good as closed.
            FlowRecord record = store.patiently(what(), deadline, () -> asked.readFlow(store.client()))
                    .orElse(new FlowRecord(FlowState.CLOSED));
            if (record.state() == FlowState.ESTABLISHED) {
                return record;
            }
            if (record.state() != FlowState.CONNECTING) {
                throw refusal(asked, record.state() == FlowState.REFUSED
                        ? record.field(FlowRecord.REASON) : RefusalReason.SERVER_CLOSED.word());
            }
            if (!signal.await(what(), end.left(slice))) {
                if (end.passed()) {
                    Duration whole = deadline.passed() ? deadline.whole() : end.whole();
                    throw new ConduitTimeoutException(what() + " timed out: domain " + asked.server()
                            + " did not answer within " + whole.toMillis() + " ms");
                }
                requireStillQueued(asked);
                slice = slice.compareTo(LONGEST_SLICE) < 0 ? slice.multipliedBy(4) : LONGEST_SLICE;
            }
        }
    }

    /** Our queue entry goes away unanswered only with the server: by close, death, or removal of its queue. */
    private void requireStillQueued(FlowNodes asked) throws IOException {
        requireAlive(asked);
        if (!MemberIndex.exists(store.client(), Layout.listen(name, asked.connection()))
                && asked.readFlow(store.client()).map(FlowRecord::state).orElse(FlowState.CLOSED)
                        == FlowState.CONNECTING) {
            throw refusal(asked, RefusalReason.SERVER_CLOSED.word());
        }
    }

    private static ConduitRefusedException refusal(FlowNodes asked, String word) {
        RefusalReason reason = RefusalReason.of(word);
        String text = switch (reason) {
            case BACKLOG_FULL -> "its backlog is full";
            case SERVER_CLOSED -> "the server closed or ended before it accepted";
            case NO_RESOURCES -> "the server has no memory, grants, event channels or XenStore quota left";
            case BAD_REQUEST -> "the server found the request malformed";
            default -> "the server says '" + word + "'";
        };
        return new ConduitRefusedException(reason, "connect to '" + asked.name() + "' was refused by domain "
                + asked.server() + ": " + text);
    }

    /** In the answer; servers of before put it only where libxenvchan looks. */
    private int number(FlowNodes nodes, FlowRecord answer, String node) throws IOException {
        String text = answer.field(node);
        if (text.isEmpty()) {
            text = store.client().readOptional(nodes.vchanPath() + "/" + node)
                    .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                    .orElseThrow(() -> new ConduitException(what() + " failed: " + nodes.vchanPath() + "/" + node
                            + " is missing"));
        }
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) == 0) {
            throw new ConduitException(what() + " failed: " + nodes.vchanPath() + "/" + node
                    + " is no positive number of at most 9 digits");
        }
        return Integer.parseInt(text);
    }
}
