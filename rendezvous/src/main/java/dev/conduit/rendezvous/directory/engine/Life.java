package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.ServiceState;

/** Where one service is. Plain fields: the parts of a {@link Service} are one state machine, and all read and change them. */
final class Life {

    ServiceSettings settings;
    /** With what its guest was started: a new configuration counts from the next start on. */
    ServiceSettings booted;
    ServiceState state = ServiceState.OFF;
    long since;
    String detail = "";
    long ticket;
    int domain = -1;
    /** What ends the state by itself, if anything. */
    Timers.Timer timer;
    Start start;
    long readyAt;
    /** Its entry is gone from the configuration. */
    boolean removed;
    /** It shall go off as soon as it can. */
    boolean stopWanted;

    Life(ServiceSettings settings, long now) {
        this.settings = settings;
        this.since = now;
    }

    void enter(long now, ServiceState next, String why) {
        state = next;
        since = now;
        detail = why;
        timer = null;
    }

    boolean is(ServiceState which) {
        return state == which;
    }

    /** Its guest runs as far as is known. */
    boolean isLive() {
        return state == ServiceState.WAITING || state == ServiceState.READY || state == ServiceState.DRAINING;
    }

    /** A start is under way. */
    boolean isComing() {
        return state == ServiceState.QUEUED || state == ServiceState.STARTING || state == ServiceState.WAITING;
    }

    /** There is no guest. */
    boolean isResting() {
        return state == ServiceState.OFF || state == ServiceState.BACKING_OFF;
    }
}
