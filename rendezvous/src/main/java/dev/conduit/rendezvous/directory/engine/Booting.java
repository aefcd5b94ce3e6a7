package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.FailureReason;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.directory.service.Phase;
import dev.conduit.rendezvous.directory.service.ServiceState;
import dev.conduit.rendezvous.launch.StopMode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A start of a service, from the first that asks to a guest that is ready. */
final class Booting extends Part {

    /** Starts that are remembered for each service. */
    private static final int HISTORY = 16;
    /** Askers in whose turn it may be started; more do not bring it on any faster. */
    private static final int MOST_WISHERS = 64;

    private final Deque<Start> history = new ArrayDeque<>(0);
    /** Who has it in the queue. */
    private final Set<String> wishers = new HashSet<>(0);
    private long starts;
    private long charged;
    private boolean hasTurn;

    Booting(Service service) {
        super(service);
    }

    /** Off to queued, or the reason why not. */
    Optional<Outcome> begin(long now, Cause cause, String asker) {
        if (!shared().memory().hasRoom(life().settings.memory())) {
            return Optional.of(service.failure(
                    FailureReason.OUT_OF_RESOURCES, shared().memory().lacks(life().settings.memory())));
        }
        newStart(now, cause, asker);
        life().enter(now, ServiceState.QUEUED, "");
        life().ticket = shared().nextTicket();
        wishers.clear();
        wish(asker);
        note("asked for (" + Texts.word(cause) + ", by " + asker + ")");
        service.waiters().answer(service.asking()::isEarly, service.up(false));
        return Optional.empty();
    }

    /** The boots of one asker take turns with those of others; a service comes in the turn of any who asks for it. */
    void wish(String asker) {
        if (life().is(ServiceState.QUEUED) && wishers.size() < MOST_WISHERS && wishers.add(asker)) {
            shared().turns().enqueue(asker, service);
        }
    }

    void newStart(long now, Cause cause, String asker) {
        charged = life().settings.memory();
        shared().memory().take(charged);
        life().start = new Start(service.name(), shared().nextStart(), cause, asker, now);
        starts++;
        history.add(life().start);
        if (history.size() > HISTORY) {
            history.remove();
        }
    }

    /** Queued to starting: it has its turn. */
    void launch(long now) {
        hasTurn = true;
        callStart(now);
    }

    void callStart(long now) {
        life().booted = life().settings;
        life().start.reached(Phase.LAUNCHED, now);
        life().enter(now, ServiceState.STARTING, "");
        life().ticket = shared().nextTicket();
        effects().start(life().booted, life().ticket);
    }

    void started(long now, int domain) {
        if (!life().is(ServiceState.STARTING)) {
            return;
        }
        life().domain = domain;
        life().start.reached(Phase.CREATED, now);
        if (life().stopWanted) {
            abandon(now, "was stopped before it was ready");
        } else {
            awaitReady(now);
        }
    }

    void awaitReady(long now) {
        life().enter(now, ServiceState.WAITING, "for " + life().booted.ready().describe());
        Duration within = life().booted.ready().within();
        life().timer = shared().timers().at(now + within.toNanos(), late -> unready(late,
                life().booted.ready().describe() + " did not show within " + Texts.shown(within)));
        effects().awaitReady(life().booted, life().ticket, life().domain);
    }

    void startFailed(long now, String why) {
        if (life().is(ServiceState.STARTING)) {
            fail(now, FailureReason.BOOT_FAILED, "could not be started: " + why);
            service.resting().off(now);
        }
    }

    void kernelUp(long now) {
        if (life().is(ServiceState.WAITING)) {
            life().start.reached(Phase.KERNEL, now);
        }
    }

    void ready(long now) {
        if (!life().is(ServiceState.WAITING)) {
            return;
        }
        shared().timers().cancel(life().timer);
        life().start.reached(Phase.READY, now);
        life().readyAt = now;
        service.failures().settle();
        service.running().begin(now);
        life().enter(now, ServiceState.READY, "");
        note("ready " + Texts.shown(Duration.ofNanos(now - life().start.asked())) + " after it was asked for");
        effects().handOver(life().booted);
        service.waiters().answerAll(service.up(true));
        effects().sample(life().booted, life().ticket);
        if (life().stopWanted) {
            service.stopping().drain(now);
        }
        endTurn(now);
    }

    void unready(long now, String why) {
        if (life().is(ServiceState.WAITING)) {
            stopAwaiting();
            fail(now, FailureReason.NOT_READY, "was not ready in time: " + why);
            service.stopping().callStop(now, StopMode.DESTROY);
            endTurn(now);
        }
    }

    void stopAwaiting() {
        shared().timers().cancel(life().timer);
        effects().forgetReady(life().booted, life().ticket);
    }

    /** Every asker is told; what remains is to get rid of the guest, if there is one. */
    void fail(long now, FailureReason reason, String what) {
        service.running().forgetOldFailures(now);
        service.failures().add(what);
        shared().failed();
        life().start.failed(what);
        note(what);
        service.waiters().answerAll(service.failure(reason, what));
    }

    void abandon(long now, String why) {
        life().start.failed(why);
        service.waiters().answerAll(service.failure(FailureReason.BOOT_FAILED, why));
        service.stopping().callStop(now, life().booted.stop());
        endTurn(now);
    }

    void endTurn(long now) {
        if (hasTurn) {
            hasTurn = false;
            shared().turns().ended(now);
        }
    }

    /** Its guest is no more. */
    void giveMemoryBack() {
        shared().memory().giveBack(charged);
        charged = 0;
    }

    Deque<Start> history() {
        return history;
    }

    long starts() {
        return starts;
    }
}
