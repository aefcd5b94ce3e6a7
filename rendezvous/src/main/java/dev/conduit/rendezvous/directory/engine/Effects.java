package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.launch.StopMode;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What the engine wants done. No method may call the engine back before it returns, or block. Results come as events
 * with the ticket that was given; one with an old ticket is passed over.
 */
public interface Effects {

    /**
     * Start a guest; then {@link Engine#started} or {@link Engine#startFailed}.
     *
     * @param service the service
     * @param ticket of this call; its results carry it
     */
    void start(ServiceSettings service, long ticket);

    /**
     * Find out when a started guest is ready; then {@link Engine#ready} or {@link Engine#unready}.
     *
     * @param service the service
     * @param ticket of this call; its results carry it
     * @param domain its domain, or negative
     */
    void awaitReady(ServiceSettings service, long ticket, int domain);

    /**
     * Readiness is of no more interest.
     *
     * @param service the service
     * @param ticket of this call; its results carry it
     */
    void forgetReady(ServiceSettings service, long ticket);

    /**
     * Stop a guest; then {@link Engine#stopped} or {@link Engine#stopFailed}.
     *
     * @param service the service
     * @param ticket of this call; its results carry it
     * @param mode how
     * @param timeout longest wait
     */
    void stop(ServiceSettings service, long ticket, StopMode mode, Duration timeout);

    /**
     * Look at the flows and traffic of this service soon; then {@link Engine#sampled}.
     *
     * @param service the service
     * @param ticket of this call; its results carry it
     */
    void sample(ServiceSettings service, long ticket);

    /**
     * Whether a front answers for the service's addresses now.
     *
     * @param service the service
     * @return true when it does
     */
    boolean frontHolds(ServiceSettings service);

    /**
     * The service sleeps: a front may take its addresses.
     *
     * @param service the service
     */
    void arm(ServiceSettings service);

    /**
     * The service is ready: a front gives its addresses and connections to it.
     *
     * @param service the service
     */
    void handOver(ServiceSettings service);

    /**
     * The service is no more.
     *
     * @param service the service
     */
    void disarm(ServiceSettings service);

    /**
     * Tell an asker.
     *
     * @param asker who
     * @param outcome the answer
     */
    void answer(Consumer<Outcome> asker, Outcome outcome);

    /**
     * Tell who wanted a service stopped: nothing when it is off, else why not.
     *
     * @param asker who
     * @param failure why not, or nothing
     */
    void answerStop(Consumer<String> asker, String failure);

    /**
     * A line for people.
     *
     * @param service the service
     * @param text one line
     */
    void note(String service, String text);
}
