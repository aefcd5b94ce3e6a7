package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.FailureReason;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.directory.service.Phase;
import dev.conduit.rendezvous.directory.service.ServiceState;
import dev.conduit.rendezvous.directory.service.ServiceStatus;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.StopMode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One service.
 *
 * <pre>
 *   OFF -> QUEUED -> STARTING -> WAITING -> READY -> DRAINING -> STOPPING -> OFF
 *                       |           |         |         |            |
 *                       +-----------+---------+---------+------------+--> BACKING_OFF -> OFF
 * </pre>
 *
 * <p>Each call of the toolstack has a ticket of its own, so what comes late is known as such, and there is never more than
 * one call under way. Whoever waits is answered when the service gets ready, when a start fails, or at the deadline; a
 * service that gets off with askers waiting starts again.
 */
final class Service {

    /** Starts that are remembered for each service. */
    private static final int HISTORY = 16;
    /** Askers in whose turn it may be started; more do not bring it on any faster. */
    private static final int MOST_WISHERS = 64;

    private final Engine engine;
    private final Waiters waiters;
    private final Traffic traffic = new Traffic();
    private final Failures failures = new Failures();
    private final Deque<Start> history = new ArrayDeque<>(0);
    private final List<Consumer<String>> stopReplies = new ArrayList<>(0);
    /** Who has it in the queue. */
    private final Set<String> wishers = new HashSet<>(0);

    private ServiceSettings settings;
    /** With what its guest was started: a new configuration counts from the next start on. */
    private ServiceSettings booted;
    private ServiceState state = ServiceState.OFF;
    private long since;
    private String detail = "";
    private long ticket;
    private int domain = -1;
    private Timers.Timer timer;
    private Start start;
    private long starts;
    private long charged;
    private boolean hasTurn;
    private boolean removed;
    /** It shall go off as soon as it can. */
    private boolean stopWanted;
    private long readyAt;

    Service(Engine engine, ServiceSettings settings, long now) {
        this.engine = engine;
        this.settings = settings;
        this.since = now;
        this.waiters = new Waiters(engine);
    }

    // Asking

    void ask(long now, Ask ask) {
        if (removed) {
            engine.effects().answer(ask.reply(), noLonger());
            return;
        }
        if (settings.prewarm()) {
            engine.prewarming().asked(this);
        }
        if (state == ServiceState.READY) {
            engine.effects().answer(ask.reply(), up(true));
        } else {
            refusal(now, ask).ifPresentOrElse(refused -> engine.effects().answer(ask.reply(), refused),
                    () -> admit(now, ask));
        }
        if (settings.prewarm()) {
            engine.prewarm(now);
        }
    }

    /** Why an asker is turned away at once; else the service, if it is off, has begun to start. */
    private Optional<Outcome> refusal(long now, Ask ask) {
        if (state == ServiceState.BACKING_OFF && ask.deadline() <= failures.retryAt()) {
            return Optional.of(crashLoop(now));
        }
        boolean waits = !isEarly(ask) || !isComing() && state != ServiceState.OFF;
        if (waits && !engine.mayWait()) {
            return Optional.of(failure(FailureReason.QUEUE_FULL,
                    "cannot be waited for: " + engine.mostWaiting() + " askers wait already"));
        }
        return state == ServiceState.OFF ? begin(now, ask.cause(), ask.asker()) : Optional.empty();
    }

    private void admit(long now, Ask ask) {
        if (state == ServiceState.QUEUED && wishers.size() < MOST_WISHERS && wishers.add(ask.asker())) {
            engine.enqueue(ask.asker(), this);
        }
        if (isEarly(ask) && isComing()) {
            engine.effects().answer(ask.reply(), up(false));
        } else {
            waiters.add(ask, () -> failure(FailureReason.NOT_READY, "was not ready in time: " + progress()));
        }
        engine.pump(now);
    }

    /** DNS is answered as soon as a boot is under way when somebody takes the client's connection meanwhile. */
    private boolean isEarly(Ask ask) {
        return ask.cause() == Cause.DNS && engine.effects().frontHolds(settings);
    }

    private boolean isComing() {
        return state == ServiceState.QUEUED || state == ServiceState.STARTING || state == ServiceState.WAITING;
    }

    private String progress() {
        return switch (state) {
            case QUEUED -> "it waits for its turn to be started";
            case STARTING -> "its guest is being made";
            case WAITING -> "it waits for " + booted.ready().describe();
            case STOPPING, DRAINING -> "it is being stopped, and will be started again";
            default -> "it is " + state.word();
        };
    }

    // Starting

    /** Off to queued, or the reason why not. */
    private Optional<Outcome> begin(long now, Cause cause, String asker) {
        if (!engine.memory().hasRoom(settings.memory())) {
            return Optional.of(failure(FailureReason.OUT_OF_RESOURCES, engine.memory().lacks(settings.memory())));
        }
        newStart(now, cause, asker);
        enter(now, ServiceState.QUEUED, "");
        ticket = engine.nextTicket();
        wishers.clear();
        wishers.add(asker);
        engine.enqueue(asker, this);
        engine.effects().note(name(), "asked for (" + Texts.word(cause) + ", by " + asker
                + ")");
        waiters.answer(this::isEarly, up(false));
        return Optional.empty();
    }

    private void newStart(long now, Cause cause, String asker) {
        charged = settings.memory();
        engine.memory().take(charged);
        start = new Start(name(), engine.nextStart(), cause, asker, now);
        starts++;
        history.add(start);
        if (history.size() > HISTORY) {
            history.remove();
        }
    }

    /** Queued to starting: it has its turn. */
    void launch(long now) {
        hasTurn = true;
        callStart(now);
    }

    private void callStart(long now) {
        booted = settings;
        start.reached(Phase.LAUNCHED, now);
        enter(now, ServiceState.STARTING, "");
        ticket = engine.nextTicket();
        engine.effects().start(booted, ticket);
    }

    void started(long now, int newDomain) {
        if (state != ServiceState.STARTING) {
            return;
        }
        domain = newDomain;
        start.reached(Phase.CREATED, now);
        if (stopWanted) {
            abandonStart(now, "was stopped before it was ready");
        } else {
            awaitReady(now);
        }
    }

    private void awaitReady(long now) {
        enter(now, ServiceState.WAITING, "for " + booted.ready().describe());
        timer = engine.timers().at(now + booted.ready().within().toNanos(), late -> unready(late,
                booted.ready().describe() + " did not show within " + Texts.shown(booted.ready().within())));
        engine.effects().awaitReady(booted, ticket, domain);
    }

    void startFailed(long now, String why) {
        if (state == ServiceState.STARTING) {
            failStart(now, FailureReason.BOOT_FAILED, "could not be started: " + why);
            off(now);
        }
    }

    void kernelUp(long now) {
        if (state == ServiceState.WAITING) {
            start.reached(Phase.KERNEL, now);
        }
    }

    void ready(long now) {
        if (state != ServiceState.WAITING) {
            return;
        }
        engine.timers().cancel(timer);
        start.reached(Phase.READY, now);
        readyAt = now;
        failures.settle();
        traffic.begin(now);
        enter(now, ServiceState.READY, "");
        engine.effects().note(name(), "ready " + Texts.shown(Duration.ofNanos(now - start.asked()))
                + " after it was asked for");
        engine.effects().handOver(booted);
        waiters.answerAll(up(true));
        engine.effects().sample(booted, ticket);
        if (stopWanted) {
            drain(now);
        }
        endTurn(now);
    }

    void unready(long now, String why) {
        if (state == ServiceState.WAITING) {
            stopAwaiting();
            failStart(now, FailureReason.NOT_READY, "was not ready in time: " + why);
            callStop(now, StopMode.DESTROY);
            endTurn(now);
        }
    }

    private void stopAwaiting() {
        engine.timers().cancel(timer);
        engine.effects().forgetReady(booted, ticket);
    }

    /** Every asker is told; what remains is to get rid of the guest, if there is one. */
    private void failStart(long now, FailureReason reason, String what) {
        forgetOldFailures(now);
        failures.add(what);
        start.failed(what);
        engine.effects().note(name(), what);
        waiters.answerAll(failure(reason, what));
    }

    private void abandonStart(long now, String why) {
        start.failed(why);
        waiters.answerAll(failure(FailureReason.BOOT_FAILED, why));
        callStop(now, booted.stop());
        endTurn(now);
    }

    private void endTurn(long now) {
        if (hasTurn) {
            hasTurn = false;
            engine.turnEnded(now);
        }
    }

    // Being there

    /** What the toolstack says of a guest that should be running. */
    void observed(long now, GuestState seen) {
        boolean gone = seen == GuestState.OFF || seen == GuestState.PAUSED || seen == GuestState.SUSPENDED
                || seen == GuestState.CRASHED;
        if (!isLive() || !gone) {
            return;
        }
        if (state == ServiceState.WAITING) {
            stopAwaiting();
            failStart(now, FailureReason.BOOT_FAILED, "ended before it was ready: its guest is " + Texts.word(seen)
                    + ", while it waited for " + booted.ready().describe());
        } else {
            forgetOldFailures(now);
            engine.timers().cancel(timer);
            engine.effects().note(name(), "its guest is " + Texts.word(seen));
            if (seen == GuestState.CRASHED || seen == GuestState.OFF && !stopWanted && !isLongReady(now)) {
                String what = "ended by itself " + Texts.shown(Duration.ofNanos(now - readyAt)) + " after it was ready";
                failures.add(what);
                start.failed(what);
            }
        }
        if (seen == GuestState.CRASHED) {
            callStop(now, StopMode.DESTROY);
            endTurn(now);
        } else {
            off(now);
        }
    }

    private boolean isLongReady(long now) {
        return start.hasReached(Phase.READY) && now - readyAt >= settings.backOff().reset().toNanos();
    }

    private void forgetOldFailures(long now) {
        if (isLongReady(now)) {
            failures.forget();
        }
    }

    void sampled(long now, long sampledAt, int flows, long bytes) {
        if (state != ServiceState.READY && state != ServiceState.DRAINING) {
            return;
        }
        boolean addressed = !booted.addresses().isEmpty();
        boolean active = traffic.sampled(now, flows, bytes, addressed);
        if (traffic.wasSeen()) {
            start.reached(Phase.FIRST_BYTE, now);
        }
        if (active && state == ServiceState.DRAINING && !stopWanted) {
            enter(now, ServiceState.READY, "");
            waiters.answerAll(up(true));
        }
        if (state == ServiceState.DRAINING) {
            // What was seen before it began to drain says nothing about now.
            if (traffic.flows() == 0 && sampledAt >= since) {
                stopDrained(now);
            }
        } else if (isIdle(now)) {
            enter(now, ServiceState.DRAINING, "idle for " + Texts.shown(settings.idle().get()));
            engine.effects().sample(booted, ticket);
        }
    }

    private boolean isIdle(long now) {
        return settings.idle().isPresent() && !engine.prewarming().keeps(this)
                && now - traffic.lastSeen() >= settings.idle().get().toNanos();
    }

    // Stopping

    void stopOnRequest(long now, Consumer<String> reply) {
        if (state == ServiceState.OFF || state == ServiceState.BACKING_OFF) {
            engine.effects().answerStop(reply, "");
            return;
        }
        stopReplies.add(reply);
        drain(now);
    }

    /** Its entry is gone from the configuration: it is drained and stopped, and then forgotten. */
    void remove(long now) {
        removed = true;
        waiters.answerAll(noLonger());
        if (state == ServiceState.OFF || state == ServiceState.BACKING_OFF) {
            engine.timers().cancel(timer);
            engine.forget(this);
        } else {
            drain(now);
        }
    }

    private void drain(long now) {
        stopWanted = true;
        switch (state) {
            case QUEUED -> {
                start.failed("was stopped before it had its turn");
                waiters.answerAll(failure(FailureReason.BOOT_FAILED, "was stopped before it had its turn"));
                off(now);
            }
            case WAITING -> {
                stopAwaiting();
                abandonStart(now, "was stopped before it was ready");
            }
            case READY -> {
                enter(now, ServiceState.DRAINING, "to be stopped");
                timer = engine.timers().at(now + settings.times().drain().toNanos(), this::stopDrained);
                engine.effects().sample(booted, ticket);
            }
            case DRAINING -> {
                if (timer == null) {
                    timer = engine.timers().at(now + settings.times().drain().toNanos(), this::stopDrained);
                }
            }
            default -> { }
        }
    }

    private void stopDrained(long now) {
        engine.timers().cancel(timer);
        engine.effects().note(name(), stopWanted ? "stopping, as requested" : "stopping: " + detail);
        callStop(now, booted.stop());
    }

    private void callStop(long now, StopMode mode) {
        enter(now, ServiceState.STOPPING, Texts.word(mode));
        ticket = engine.nextTicket();
        engine.effects().stop(booted, ticket, mode, booted.times().stop());
    }

    void stopped(long now) {
        if (state == ServiceState.STOPPING) {
            off(now);
        }
    }

    /** Nobody knows what the guest is like now; so it is found out as after a start. */
    void stopFailed(long now, String why) {
        if (state != ServiceState.STOPPING) {
            return;
        }
        engine.effects().note(name(), "could not be stopped: " + why);
        replyStopped("it could not be stopped: " + why);
        stopWanted = removed;
        ticket = engine.nextTicket();
        awaitReady(now);
    }

    private void replyStopped(String failure) {
        List<Consumer<String>> replies = List.copyOf(stopReplies);
        stopReplies.clear();
        replies.forEach(reply -> engine.effects().answerStop(reply, failure));
    }

    /** There is no guest any more. */
    private void off(long now) {
        start.reached(Phase.ENDED, now);
        engine.memory().giveBack(charged);
        charged = 0;
        domain = -1;
        booted = null;
        stopWanted = false;
        ticket = engine.nextTicket();
        endTurn(now);
        replyStopped("");
        if (removed) {
            enter(now, ServiceState.OFF, "");
            waiters.answerAll(noLonger());
            engine.forget(this);
        } else if (failures.isFresh()) {
            backOff(now);
        } else {
            if (start.hasReached(Phase.READY)) {
                failures.forget();
            }
            sleep(now);
        }
        engine.prewarm(now);
    }

    private void backOff(long now) {
        Duration pause = failures.pause(now, settings.backOff());
        enter(now, ServiceState.BACKING_OFF, failures.last());
        engine.effects().note(name(), "left alone for " + Texts.shown(pause) + " after " + failures.inARow()
                + " failed start" + (failures.inARow() == 1 ? "" : "s"));
        timer = engine.timers().at(failures.retryAt(), this::sleep);
        engine.effects().arm(settings);
        waiters.answer(ask -> ask.deadline() <= failures.retryAt(), crashLoop(now));
    }

    private void sleep(long now) {
        enter(now, ServiceState.OFF, "");
        Optional<Ask> waiting = waiters.first();
        if (waiting.isPresent()) {
            begin(now, waiting.get().cause(), waiting.get().asker()).ifPresent(waiters::answerAll);
            engine.pump(now);
        }
        if (state == ServiceState.OFF) {
            engine.effects().arm(settings);
            prewarm(now);
        }
    }

    /** Starts it in advance, if it is one of those and there is room. */
    void prewarm(long now) {
        if (state == ServiceState.OFF && !removed && engine.prewarming().keeps(this)
                && engine.memory().hasRoom(settings.memory())) {
            begin(now, Cause.PREWARM, "prewarm");
            engine.pump(now);
        }
    }

    // Configuration and adoption

    void configure(ServiceSettings changed) {
        settings = changed;
        removed = false;
    }

    /** The directory has come, or the service is new to it, and its guest may be there. */
    void adopt(long now, GuestState seen) {
        if (state != ServiceState.OFF) {
            return;
        }
        switch (seen) {
            case RUNNING -> {
                newStart(now, Cause.ADOPTED, "directory");
                engine.effects().note(name(), "its guest runs already");
                callStart(now);
            }
            case CRASHED, STOPPING -> {
                newStart(now, Cause.ADOPTED, "directory");
                booted = settings;
                callStop(now, seen == GuestState.CRASHED ? StopMode.DESTROY : StopMode.SHUTDOWN);
            }
            default -> {
                engine.effects().arm(settings);
                prewarm(now);
            }
        }
    }

    // What it is

    private void enter(long now, ServiceState next, String why) {
        state = next;
        since = now;
        detail = why;
        timer = null;
    }

    private Outcome up(boolean ready) {
        return new Outcome.Up(name(), settings.addresses(), ready);
    }

    private Outcome failure(FailureReason reason, String what) {
        return new Outcome.Failed(reason, "service '" + name() + "' " + what);
    }

    private Outcome noLonger() {
        return failure(FailureReason.UNKNOWN, "is no longer configured");
    }

    private Outcome crashLoop(long now) {
        return failure(FailureReason.CRASH_LOOP, failures.describe(now));
    }

    String name() {
        return settings.name();
    }

    ServiceSettings settings() {
        return settings;
    }

    ServiceState state() {
        return state;
    }

    long ticket() {
        return ticket;
    }

    /** The directory ends. */
    void close() {
        waiters.answerAll(Engine.CLOSED);
        replyStopped("the directory is ending");
    }

    Deque<Start> history() {
        return history;
    }

    /** Its guest runs as far as is known. */
    boolean isLive() {
        return state == ServiceState.WAITING || state == ServiceState.READY || state == ServiceState.DRAINING;
    }

    Engine.Live live() {
        return new Engine.Live(booted, ticket, domain, state != ServiceState.WAITING);
    }

    ServiceStatus status(long now) {
        return new ServiceStatus(name(), state, Duration.ofNanos(now - since), domain, waiters.size(), traffic.flows(),
                starts, failures.inARow(), detail);
    }
}
