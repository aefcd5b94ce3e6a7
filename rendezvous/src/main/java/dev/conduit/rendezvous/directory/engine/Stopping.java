package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.service.FailureReason;
import dev.conduit.rendezvous.directory.service.ServiceState;
import dev.conduit.rendezvous.launch.StopMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A guest that goes: drained first, then stopped. */
final class Stopping extends Part {

    private final List<Consumer<String>> replies = new ArrayList<>(0);

    Stopping(Service service) {
        super(service);
    }

    void stopOnRequest(long now, Consumer<String> reply) {
        if (life().isResting()) {
            effects().answerStop(reply, "");
            return;
        }
        replies.add(reply);
        drain(now);
    }

    /** Its entry is gone from the configuration: it is drained and stopped, and then forgotten. */
    void remove(long now) {
        life().removed = true;
        service.waiters().answerAll(service.noLonger());
        if (life().isResting()) {
            shared().timers().cancel(life().timer);
            shared().forget(service);
        } else {
            drain(now);
        }
    }

    void drain(long now) {
        life().stopWanted = true;
        switch (life().state) {
            case QUEUED -> {
                String why = "was stopped before it had its turn";
                life().start.failed(why);
                service.waiters().answerAll(service.failure(FailureReason.BOOT_FAILED, why));
                service.resting().off(now);
            }
            case WAITING -> {
                service.booting().stopAwaiting();
                service.booting().abandon(now, "was stopped before it was ready");
            }
            case READY -> {
                life().enter(now, ServiceState.DRAINING, "to be stopped");
                boundDrain(now);
                effects().sample(life().booted, life().ticket);
            }
            case DRAINING -> {
                if (life().timer == null) {
                    boundDrain(now);
                }
            }
            default -> { }
        }
    }

    private void boundDrain(long now) {
        life().timer = shared().timers().at(now + life().settings.times().drain().toNanos(), this::stopDrained);
    }

    void stopDrained(long now) {
        shared().timers().cancel(life().timer);
        note(life().stopWanted ? "stopping, as requested" : "stopping: " + life().detail);
        callStop(now, life().booted.stop());
    }

    void callStop(long now, StopMode mode) {
        life().enter(now, ServiceState.STOPPING, Texts.word(mode));
        life().ticket = shared().nextTicket();
        effects().stop(life().booted, life().ticket, mode, life().booted.times().stop());
    }

    void stopped(long now) {
        if (life().is(ServiceState.STOPPING)) {
            service.resting().off(now);
        }
    }

    /** Nobody knows what the guest is like now; so it is found out as after a start. */
    void stopFailed(long now, String why) {
        if (!life().is(ServiceState.STOPPING)) {
            return;
        }
        note("could not be stopped: " + why);
        reply("it could not be stopped: " + why);
        life().stopWanted = life().removed;
        life().ticket = shared().nextTicket();
        service.booting().awaitReady(now);
    }

    /** Tells all who wanted it stopped. */
    void reply(String failure) {
        List<Consumer<String>> all = List.copyOf(replies);
        replies.clear();
        all.forEach(reply -> effects().answerStop(reply, failure));
    }
}
