package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.Phase;
import dev.conduit.rendezvous.directory.service.ServiceState;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.StopMode;
import java.time.Duration;
import java.util.Optional;

/** A service without a guest: it backs off or sleeps, and may start without being asked. */
final class Resting extends Part {

    Resting(Service service) {
        super(service);
    }

    /** There is no guest any more. */
    void off(long now) {
        Failures failures = service.failures();
        life().start.reached(Phase.ENDED, now);
        service.booting().giveMemoryBack();
        life().domain = -1;
        life().booted = null;
        life().stopWanted = false;
        life().ticket = shared().nextTicket();
        service.booting().endTurn(now);
        service.stopping().reply("");
        if (life().removed) {
            life().enter(now, ServiceState.OFF, "");
            service.waiters().answerAll(service.noLonger());
            shared().forget(service);
        } else if (failures.isFresh()) {
            backOff(now);
        } else {
            if (life().start.hasReached(Phase.READY)) {
                failures.forget();
            }
            sleep(now);
        }
        shared().prewarm(now);
    }

    private void backOff(long now) {
        Failures failures = service.failures();
        Duration pause = failures.pause(now, life().settings.backOff());
        life().enter(now, ServiceState.BACKING_OFF, failures.last());
        note("left alone for " + Texts.shown(pause) + " after " + failures.inARow() + " failed start"
                + (failures.inARow() == 1 ? "" : "s"));
        life().timer = shared().timers().at(failures.retryAt(), this::sleep);
        effects().arm(life().settings);
        service.waiters().answer(ask -> ask.deadline() <= failures.retryAt(), service.crashLoop(now));
    }

    private void sleep(long now) {
        life().enter(now, ServiceState.OFF, "");
        Optional<Ask> waiting = service.waiters().first();
        if (waiting.isPresent()) {
            service.booting().begin(now, waiting.get().cause(), waiting.get().asker())
                    .ifPresent(service.waiters()::answerAll);
            shared().turns().give(now);
        }
        if (life().is(ServiceState.OFF)) {
            effects().arm(life().settings);
            prewarm(now);
        }
    }

    /** Starts it in advance, if it is one of those and there is room. */
    void prewarm(long now) {
        if (life().is(ServiceState.OFF) && !life().removed && shared().prewarming().keeps(service)
                && shared().memory().hasRoom(life().settings.memory())) {
            service.booting().begin(now, Cause.PREWARM, "prewarm");
            shared().turns().give(now);
        }
    }

    /** The directory has come, or the service is new to it, and its guest may be there. */
    void adopt(long now, GuestState seen) {
        if (!life().is(ServiceState.OFF)) {
            return;
        }
        switch (seen) {
            case RUNNING -> {
                service.booting().newStart(now, Cause.ADOPTED, "directory");
                note("its guest runs already");
                service.booting().callStart(now);
            }
            case CRASHED, STOPPING -> {
                service.booting().newStart(now, Cause.ADOPTED, "directory");
                life().booted = life().settings;
                service.stopping().callStop(now,
                        seen == GuestState.CRASHED ? StopMode.DESTROY : StopMode.SHUTDOWN);
            }
            default -> {
                effects().arm(life().settings);
                prewarm(now);
            }
        }
    }
}
