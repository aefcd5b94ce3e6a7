package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Ask;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.layout.ConnectionId;
import dev.conduit.rendezvous.layout.FlowRecord;
import dev.conduit.rendezvous.layout.FlowState;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.vchan.Vchan;
import dev.conduit.vchan.VchanChannel;
import dev.conduit.vchan.VchanOptions;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes connections, as the client. Thread-safe. */
final class Connector {

    /** Each waits with one watch; a domain may have 127 on a default C xenstored. More connects take turns. */
    private static final int AT_ONCE = 64;
    /** How often a waiting client makes sure that the server still lives. */
    private static final Duration SLICE = Duration.ofMillis(500);
    private static final int DRAWS = 4;

    private final Platform platform;
    private final Store store;
    private final Asking asking;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    /** Makes the connection object once everything is in place. */
    @FunctionalInterface
    interface Factory {
        ConduitConnection make(VchanChannel channel, FlowNodes nodes);
    }

    Connector(Platform platform, Store store, Asking asking) {
        this.platform = platform;
        this.store = store;
        this.asking = asking;
    }

    ConduitConnection connect(String name, Deadline deadline, String claimed, VchanOptions options, Factory factory)
            throws IOException {
        String what = "connect to '" + name + "'";
        try {
            if (!turns.tryAcquire(Math.max(0, deadline.nanosLeft()), TimeUnit.NANOSECONDS)) {
                throw new ConduitTimeoutException(what + " timed out after " + deadline.whole().toMillis()
                        + " ms: " + AT_ONCE + " connects of this process were before it");
            }
        } catch (InterruptedException interrupt) {
            throw Store.interrupted(what);
        }
        try {
            return inTurn(what, name, deadline, claimed, options, factory);
        } finally {
            turns.release();
        }
    }

    private ConduitConnection inTurn(String what, String name, Deadline deadline, String claimed,
            VchanOptions options, Factory factory) throws IOException {
        FlowNodes asked = request(what, name, deadline, claimed);
        VchanChannel channel = null;
        boolean connected = false;
        try {
            requireAlive(asked);
            FlowNodes nodes = ClientTransitions.established(asked, answer(what, asked, deadline));
            channel = attach(nodes, options);
            ConduitConnection connection = factory.make(channel, nodes);
            connected = true;
            return connection;
        } finally {
            if (!connected) {
                store.cleanUp("withdrawal of flow " + asked.flow(),
                        transaction -> ClientTransitions.withdraw(transaction, asked));
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    private FlowNodes request(String what, String name, Deadline deadline, String claimed) throws IOException {
        for (int draws = 1; ; draws++) {
            String id = ConnectionId.draw(random);
            try {
                DomainId server = store.<DomainId, ConduitException>transact(what, deadline, transaction ->
                        ClientTransitions.request(transaction, name, id, platform.self(), claimed));
                return asked(name, id, server);
            } catch (NoRightException taken) {
                if (asking.isNeeded()) {
                    Optional<DomainId> server = asking.forConnection(what, new Ask(name, id, claimed), deadline);
                    if (server.isPresent()) {
                        return asked(name, id, server.get());
                    }
                } else if (draws == DRAWS) {
                    throw taken;
                }
            }
        }
    }

    private FlowNodes asked(String name, String id, DomainId server) {
        return new FlowNodes(name, ConduitNames.fallback(platform.self()), id, id, server, platform.self());
    }

    private void requireAlive(FlowNodes asked) throws IOException {
        if (!platform.isAlive(asked.server())) {
            throw new ConduitRefusedException(RefusalReason.OWNER_DEAD,
                    "name '" + asked.name() + "' belongs to domain " + asked.server() + ", which is dead");
        }
    }

    /** Waits until the server has answered. */
    private FlowRecord answer(String what, FlowNodes asked, Deadline deadline) throws IOException {
        FlowRecord answer = null;
        while (answer == null) {
            answer = waitSlice(what, asked, deadline);
            if (answer == null) {
                if (deadline.passed()) {
                    throw new ConduitTimeoutException(what + " timed out: domain " + asked.server()
                            + " did not answer within " + deadline.whole().toMillis() + " ms");
                }
                requireStillQueued(asked);
            }
        }
        return switch (answer.state()) {
            case ESTABLISHED -> answer;
            case REFUSED -> throw refusal(asked, answer.field(FlowRecord.REASON));
            default -> throw refusal(asked, RefusalReason.SERVER_CLOSED.word());
        };
    }

    /** The answer, a made-up one when the record is gone or ruined, or null when there is none yet. */
    private FlowRecord waitSlice(String what, FlowNodes asked, Deadline deadline) throws IOException {
        try {
            return store.client().waitFor(reads -> {
                FlowRecord record = asked.readFlow(reads).orElse(new FlowRecord(FlowState.CLOSED));
                return record.state() == FlowState.CONNECTING ? null : record;
            }, deadline.left(SLICE));
        } catch (TimeoutException notYet) {
            return null;
        } catch (XenStoreException refused) {
            if (Store.isTransient(refused)) {
                Store.pause(what, Math.min(SLICE.toNanos(), Math.max(0, deadline.nanosLeft())));
                return null;
            }
            throw refused;
        } catch (InterruptedException interrupt) {
            throw Store.interrupted(what);
        }
    }

    /** Our queue entry goes away unanswered only with the server: by close, death, or removal of its queue. */
    private void requireStillQueued(FlowNodes asked) throws IOException {
        if (!isQueued(asked) && asked.readFlow(store.client()).map(FlowRecord::state).orElse(FlowState.CLOSED)
                == FlowState.CONNECTING) {
            throw refusal(asked, RefusalReason.SERVER_CLOSED.word());
        }
        requireAlive(asked);
    }

    private boolean isQueued(FlowNodes asked) throws XenStoreException {
        try {
            return store.client().exists(Layout.listen(asked.name(), asked.connection()));
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                return false;
            }
            throw refused;
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

    private VchanChannel attach(FlowNodes nodes, VchanOptions options) throws IOException {
        int ringRef = number(nodes, Layout.RING_REF);
        int port = number(nodes, Layout.EVENT_CHANNEL);
        return Vchan.connect(platform, nodes.server(), ringRef, port, options);
    }

    private int number(FlowNodes nodes, String node) throws IOException {
        String path = nodes.vchanPath() + "/" + node;
        Optional<byte[]> value = store.client().readOptional(path);
        String text = value.map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1)).orElse("");
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) == 0) {
            throw new ConduitException("connect to '" + nodes.name() + "' failed: " + path
                    + (value.isEmpty() ? " is missing" : " is no positive number of at most 9 digits"));
        }
        return Integer.parseInt(text);
    }
}
