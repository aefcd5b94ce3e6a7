package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.directory.control.GuestRequest;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.rendezvous.time.Deadline;
import dev.conduit.vchan.VchanTimeoutException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Connects to services that may sleep: when nobody has the name, the directory is asked for it, by its own conduit. Many
 * threads that want one service ask once.
 */
final class Waker {

    private static final Set<RefusalReason> ASLEEP =
            EnumSet.of(RefusalReason.NO_SUCH_NAME, RefusalReason.OWNER_DEAD);
    /** A service that has just come up, or a directory with many clients. */
    private static final Set<RefusalReason> SOON = EnumSet.of(RefusalReason.NO_SUCH_NAME, RefusalReason.OWNER_DEAD,
            RefusalReason.NOT_LISTENING, RefusalReason.BACKLOG_FULL, RefusalReason.SERVER_CLOSED);

    /**
     * How long a request may stand in the directory's queue. It is taken at once by a directory that runs, however much it
     * has to do. But when it was killed in dom0 its name stays, since XenStore tidies up only after domains.
     */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The directory answers by the deadline; the way back takes a moment more. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final Platform platform;
    private final Store store;
    private final Dial directory;
    private final Map<String, CompletableFuture<GuestRequest.Reply>> asking = new ConcurrentHashMap<>();

    /** One try to connect to the service. */
    @FunctionalInterface
    interface Attempt {
        ConduitConnection run() throws IOException;
    }

    /** A connection to the directory. */
    @FunctionalInterface
    interface Dial {
        ConduitConnection connect(Deadline deadline) throws IOException;
    }

    Waker(Platform platform, Store store, Dial directory) {
        this.platform = platform;
        this.store = store;
        this.directory = directory;
    }

    ConduitConnection connect(String name, Deadline deadline, Attempt attempt) throws IOException {
        try {
            return attempt.run();
        } catch (ConduitRefusedException refused) {
            boolean service = !name.equals(ConduitNames.JITSUD) && !name.equals(ConduitNames.SYNJITSU);
            if (!service || !ASLEEP.contains(refused.reason()) || !hasDirectory()) {
                throw refused;
            }
            wake(name, deadline, refused);
        }
        return patiently(name, deadline, attempt::run);
    }

    boolean hasDirectory() throws IOException {
        return store.client().exists(Layout.name(ConduitNames.JITSUD));
    }

    /** Returns when the service is ready. */
    private void wake(String name, Deadline deadline, ConduitRefusedException asleep) throws IOException {
        while (true) {
            CompletableFuture<GuestRequest.Reply> mine = new CompletableFuture<>();
            CompletableFuture<GuestRequest.Reply> first = asking.putIfAbsent(name, mine);
            GuestRequest.Reply reply = first == null ? ask(name, deadline, mine) : await(name, first, deadline);
            if (reply.ready()) {
                return;
            }
            if (reply.isUnknown()) {
                throw asleep;
            }
            if (reply.isSilence()) {
                throw new ConduitRefusedException(asleep.reason(),
                        asleep.getMessage() + "; and no directory starts it: " + reply.message());
            }
            // The other thread's time was up, which may have been shorter.
            boolean again = first != null && reply.isLate() && !deadline.passed();
            if (!again) {
                throw reply.isLate() ? new ConduitTimeoutException("connect to '" + name + "' timed out after "
                        + deadline.whole().toMillis() + " ms: " + reply.message())
                        : new ConduitRefusedException(RefusalReason.NOT_STARTED,
                                "connect to '" + name + "' failed: " + reply.message());
            }
        }
    }

    private GuestRequest.Reply ask(String name, Deadline deadline, CompletableFuture<GuestRequest.Reply> mine)
            throws IOException {
        GuestRequest.Reply reply = GuestRequest.Reply.late("the directory did not answer");
        try {
            reply = patiently(ConduitNames.JITSUD, deadline, () -> exchange(name, deadline));
            return reply;
        } catch (VchanTimeoutException slow) {
            return reply;
        } catch (ConduitTimeoutException silent) {
            if (!deadline.passed()) {
                reply = GuestRequest.Reply.silence(silent.getMessage());
            }
            return reply;
        } catch (ConduitRefusedException gone) {
            throw new ConduitRefusedException(gone.reason(), "connect to '" + name
                    + "' failed: nobody has the name, and the directory cannot be asked: " + gone.getMessage());
        } finally {
            asking.remove(name, mine);
            mine.complete(reply);
        }
    }

    private static GuestRequest.Reply await(
            String name, CompletableFuture<GuestRequest.Reply> other, Deadline deadline) throws IOException {
        try {
            return other.get(Math.max(0, deadline.nanosLeft()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            return GuestRequest.Reply.late("the service is being started");
        } catch (InterruptedException interrupt) {
            throw Store.interrupted("connect to '" + name + "'");
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private GuestRequest.Reply exchange(String name, Deadline deadline) throws IOException {
        try (ConduitConnection jitsud = directory.connect(deadline)) {
            if (platform.name().equals("xen") && !jitsud.peer().equals(DomainId.DOM0)) {
                throw new ConduitException(
                        "domain " + jitsud.peer() + " calls itself jitsud; only dom0 may start services");
            }
            ByteBuffer request = ByteBuffer.wrap(GuestRequest.line(name, deadline.left()));
            while (request.hasRemaining() && !deadline.passed()) {
                jitsud.write(request, deadline.left());
            }
            Deadline last = Deadline.after(deadline.left().plus(GRACE));
            ByteBuffer answer = ByteBuffer.allocate(GuestRequest.MAX_REPLY);
            int end = GuestRequest.end(answer);
            while (end < 0 && answer.hasRemaining() && !last.passed()) {
                if (jitsud.read(answer, last.left()) < 0) {
                    throw new ConduitRefusedException(RefusalReason.SERVER_CLOSED, "the directory is busy, or ended");
                }
                end = GuestRequest.end(answer);
            }
            return GuestRequest.parse(answer, end);
        }
    }

    /** Tries until it works, the refusal is of another kind, or time is up. */
    private static <T> T patiently(String name, Deadline deadline, Try<T> attempt) throws IOException {
        Backoff backoff = new Backoff(ThreadLocalRandom.current());
        while (true) {
            try {
                return attempt.run();
            } catch (ConduitRefusedException refused) {
                long pause = backoff.nextNanos();
                if (!SOON.contains(refused.reason()) || pause >= deadline.nanosLeft()) {
                    throw refused;
                }
                Store.pause("connect to '" + name + "'", pause);
            }
        }
    }

    private interface Try<T> {
        T run() throws IOException;
    }
}
