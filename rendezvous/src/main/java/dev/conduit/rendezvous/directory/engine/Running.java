package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.config.ServiceSettings.Receive;
import dev.conduit.rendezvous.directory.service.FailureReason;
import dev.conduit.rendezvous.directory.service.Phase;
import dev.conduit.rendezvous.directory.service.ServiceState;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.StopMode;
import java.time.Duration;

/** A guest that is there: whether it is used, and whether it still lives. */
final class Running extends Part {

    private final Traffic traffic = new Traffic();

    Running(Service service) {
        super(service);
    }

    void begin(long now) {
        traffic.begin(now);
    }

    int flows() {
        return traffic.flows();
    }

    /** What the toolstack says of a guest that should be running. */
    void observed(long now, GuestState seen) {
        boolean gone = seen == GuestState.OFF || seen == GuestState.PAUSED || seen == GuestState.SUSPENDED
                || seen == GuestState.CRASHED;
        if (!life().isLive() || !gone) {
            return;
        }
        if (life().is(ServiceState.WAITING)) {
            service.booting().stopAwaiting();
            service.booting().fail(now, FailureReason.BOOT_FAILED, "ended before it was ready: its guest is "
                    + Texts.word(seen) + ", while it waited for " + life().booted.ready().describe());
        } else {
            ended(now, seen);
        }
        if (seen == GuestState.CRASHED) {
            service.stopping().callStop(now, StopMode.DESTROY);
            service.booting().endTurn(now);
        } else {
            service.resting().off(now);
        }
    }

    private void ended(long now, GuestState seen) {
        forgetOldFailures(now);
        shared().timers().cancel(life().timer);
        note("its guest is " + Texts.word(seen));
        if (seen == GuestState.CRASHED || seen == GuestState.OFF && !life().stopWanted && !isLongReady(now)) {
            String what = "ended by itself " + Texts.shown(Duration.ofNanos(now - life().readyAt)) + " after it was ready";
            service.failures().add(what);
            shared().failed();
            life().start.failed(what);
        }
    }

    private boolean isLongReady(long now) {
        return life().start.hasReached(Phase.READY)
                && now - life().readyAt >= life().settings.backOff().reset().toNanos();
    }

    void forgetOldFailures(long now) {
        if (isLongReady(now)) {
            service.failures().forget();
        }
    }

    void sampled(long now, long sampledAt, int flows, long bytes) {
        if (!life().is(ServiceState.READY) && !life().is(ServiceState.DRAINING)) {
            return;
        }
        // What comes to the addresses of one that receives by conduit is a conduit by then.
        boolean addressed = !life().booted.addresses().isEmpty() && life().booted.receive() != Receive.CONDUIT;
        boolean active = traffic.sampled(now, flows, bytes, addressed);
        if (traffic.wasSeen()) {
            life().start.reached(Phase.FIRST_BYTE, now);
        }
        if (active && life().is(ServiceState.DRAINING) && !life().stopWanted) {
            life().enter(now, ServiceState.READY, "");
            service.waiters().answerAll(service.up(true));
        }
        if (life().is(ServiceState.DRAINING)) {
            // What was seen before it began to drain says nothing about now.
            if (traffic.flows() == 0 && sampledAt >= life().since) {
                service.stopping().stopDrained(now);
            }
        } else if (isIdle(now)) {
            life().enter(now, ServiceState.DRAINING, "idle for " + Texts.shown(life().settings.idle().get()));
            effects().sample(life().booted, life().ticket);
        }
    }

    private boolean isIdle(long now) {
        return life().settings.idle().isPresent() && !shared().prewarming().keeps(service)
                && now - traffic.lastSeen() >= life().settings.idle().get().toNanos();
    }
}
