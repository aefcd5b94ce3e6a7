package dev.conduit.rendezvous.directory;

import dev.conduit.rendezvous.directory.config.ServiceSettings;

/**
 * Who answers for the addresses of services that sleep. Calls come from one thread of the directory, in order; they
 * should be short. {@link #holds} is called from any thread and must not block.
 */
public interface Front {

    /** Clients reach the services themselves, so DNS answers wait until they are ready. */
    Front NONE = new Front() {
        @Override
        public boolean holds(ServiceSettings service) {
            return false;
        }

        @Override
        public void arm(ServiceSettings service) {}

        @Override
        public void handOver(ServiceSettings service) {}

        @Override
        public void disarm(ServiceSettings service) {}
    };

    /**
     * Tells whether a client that is given the service's addresses now would be answered.
     *
     * @param service the service
     * @return true when DNS need not wait for the boot
     */
    boolean holds(ServiceSettings service);

    /**
     * The service sleeps: take its addresses. May come again for the same service.
     *
     * @param service the service
     */
    void arm(ServiceSettings service);

    /**
     * The service's guest runs and is not ready yet, or ran already when the directory came. Does nothing unless overridden.
     *
     * @param service the service
     * @param domain its domain; negative when that is not known
     */
    default void started(ServiceSettings service, int domain) {}

    /**
     * The service is ready: give it its addresses and the connections that wait.
     *
     * @param service the service
     */
    void handOver(ServiceSettings service);

    /**
     * The service is no more: leave its addresses alone.
     *
     * @param service the service
     */
    void disarm(ServiceSettings service);
}
