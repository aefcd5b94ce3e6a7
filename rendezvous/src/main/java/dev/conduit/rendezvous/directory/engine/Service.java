package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.FailureReason;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.directory.service.ServiceState;
import dev.conduit.rendezvous.directory.service.ServiceStatus;
import java.time.Duration;

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

    private final Shared shared;
    private final Life life;
    private final Waiters waiters;
    private final Failures failures = new Failures();
    private final Asking asking = new Asking(this);
    private final Booting booting = new Booting(this);
    private final Running running = new Running(this);
    private final Stopping stopping = new Stopping(this);
    private final Resting resting = new Resting(this);

    Service(Shared shared, ServiceSettings settings, long now) {
        this.shared = shared;
        this.life = new Life(settings, now);
        this.waiters = new Waiters(shared);
    }

    void configure(ServiceSettings changed) {
        life.settings = changed;
        life.removed = false;
    }

    /** The directory ends. */
    void close() {
        waiters.answerAll(Engine.CLOSED);
        stopping.reply("the directory is ending");
    }

    Shared shared() {
        return shared;
    }

    Life life() {
        return life;
    }

    Waiters waiters() {
        return waiters;
    }

    Failures failures() {
        return failures;
    }

    Asking asking() {
        return asking;
    }

    Booting booting() {
        return booting;
    }

    Running running() {
        return running;
    }

    Stopping stopping() {
        return stopping;
    }

    Resting resting() {
        return resting;
    }

    Outcome up(boolean ready) {
        return new Outcome.Up(name(), settings().addresses(), ready);
    }

    Outcome failure(FailureReason reason, String what) {
        return new Outcome.Failed(reason, "service '" + name() + "' " + what);
    }

    Outcome noLonger() {
        return failure(FailureReason.UNKNOWN, "is no longer configured");
    }

    Outcome crashLoop(long now) {
        return failure(FailureReason.CRASH_LOOP, failures.describe(now));
    }

    String name() {
        return life.settings.name();
    }

    ServiceSettings settings() {
        return life.settings;
    }

    Engine.Live live() {
        return new Engine.Live(life.booted, life.ticket, life.domain, !life.is(ServiceState.WAITING));
    }

    ServiceStatus status(long now) {
        return new ServiceStatus(name(), life.state, Duration.ofNanos(now - life.since), life.domain, waiters.size(),
                running.flows(), booting.starts(), failures.inARow(), life.detail);
    }
}
