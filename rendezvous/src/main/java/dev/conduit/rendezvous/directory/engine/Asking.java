package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.FailureReason;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.directory.service.ServiceState;
import java.util.Optional;

/** Who asks for a service: is answered, waits, or is turned away. */
final class Asking extends Part {

    Asking(Service service) {
        super(service);
    }

    void ask(long now, Ask ask) {
        if (life().removed) {
            effects().answer(ask.reply(), service.noLonger());
            return;
        }
        if (life().settings.prewarm()) {
            shared().prewarming().asked(service);
        }
        if (life().is(ServiceState.READY)) {
            effects().answer(ask.reply(), service.up(true));
        } else {
            refusal(now, ask).ifPresentOrElse(refused -> effects().answer(ask.reply(), refused), () -> admit(now, ask));
        }
        if (life().settings.prewarm()) {
            shared().prewarm(now);
        }
    }

    /** Why an asker is turned away at once; else the service, if it is off, has begun to start. */
    private Optional<Outcome> refusal(long now, Ask ask) {
        if (life().is(ServiceState.BACKING_OFF) && ask.deadline() <= service.failures().retryAt()) {
            return Optional.of(service.crashLoop(now));
        }
        boolean waits = !isEarly(ask) || !life().isComing() && !life().is(ServiceState.OFF);
        if (waits && !shared().mayWait()) {
            return Optional.of(service.failure(FailureReason.QUEUE_FULL,
                    "cannot be waited for: " + shared().mostWaiting() + " askers wait already"));
        }
        return life().is(ServiceState.OFF)
                ? service.booting().begin(now, ask.cause(), ask.asker()) : Optional.empty();
    }

    private void admit(long now, Ask ask) {
        service.booting().wish(ask.asker());
        if (isEarly(ask) && life().isComing()) {
            effects().answer(ask.reply(), service.up(false));
        } else {
            service.waiters().add(ask, () ->
                    service.failure(FailureReason.NOT_READY, "was not ready in time: " + progress()));
        }
        shared().turns().give(now);
    }

    /** DNS is answered as soon as a boot is under way when somebody takes the client's connection meanwhile. */
    boolean isEarly(Ask ask) {
        return ask.cause() == Cause.DNS && effects().frontHolds(life().settings);
    }

    private String progress() {
        return switch (life().state) {
            case QUEUED -> "it waits for its turn to be started";
            case STARTING -> "its guest is being made";
            case WAITING -> "it waits for " + life().booted.ready().describe();
            case STOPPING, DRAINING -> "it is being stopped, and will be started again";
            default -> "it is " + life().state.word();
        };
    }
}
