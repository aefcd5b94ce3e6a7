package dev.conduit.rendezvous.launch;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A toolstack: starts and stops guests. Thread-safe; calls for different guests go on side by side, and the directory
 * makes no two calls for one guest at a time. Every call blocks until the toolstack has answered, within its time-out.
 *
 * <p>Whether a started guest is ready to serve is not asked here: that is for who wants the service.
 */
public interface Launcher extends AutoCloseable {

    /**
     * Looks for mistakes in the settings of a guest, without asking the toolstack.
     *
     * @param guest the guest
     * @return every mistake; empty when there is none
     */
    List<SettingsProblem> check(GuestSpec guest);

    /**
     * Starts a guest that is off, lets a paused one go on, resumes a suspended one; one that runs is left as it is.
     *
     * @param guest the guest
     * @param timeout longest wait for the toolstack
     * @return its domain, or a negative number when this toolstack's guests are no domains of this host
     * @throws LaunchException when it could not; what was begun has been taken back
     * @throws InterruptedException when the thread is interrupted; what was begun has been taken back
     */
    int start(GuestSpec guest, Duration timeout) throws LaunchException, InterruptedException;

    /**
     * Stops a guest; one that is off is no error. A guest that does not go down by itself in time is destroyed. A guest that
     * cannot be suspended is left running.
     *
     * @param guest the guest
     * @param mode how
     * @param timeout longest wait before a guest that was asked is destroyed, and for the toolstack
     * @throws LaunchException when it could not
     * @throws InterruptedException when the thread is interrupted
     */
    void stop(GuestSpec guest, StopMode mode, Duration timeout) throws LaunchException, InterruptedException;

    /**
     * Tells the states of many guests with as few questions as the toolstack allows; one question for all where it can list.
     *
     * @param guests which
     * @return a state for each name
     * @throws LaunchException when the toolstack does not answer
     * @throws InterruptedException when the thread is interrupted
     */
    Map<String, GuestState> states(Collection<GuestSpec> guests) throws LaunchException, InterruptedException;

    /** Gives up what it holds; guests go on. Idempotent. */
    @Override
    void close();
}
