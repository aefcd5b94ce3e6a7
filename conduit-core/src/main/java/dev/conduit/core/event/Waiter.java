package dev.conduit.core.event;

/** A thread in await. Each thread has one for life, so that waiting allocates nothing; its links belong to the lock. */
final class Waiter {

    /** A thread awaits one port at a time, hence one waiter serves all dispatchers. */
    static final ThreadLocal<Waiter> OF_THREAD = ThreadLocal.withInitial(Waiter::new);

    final Thread thread = Thread.currentThread();

    /** What the thread waits for; null outside await. */
    PortEvents port;

    /** The next one that waits for the same port. */
    Waiter nextOfPort;

    /** Neighbours in the dispatcher's queue. */
    Waiter previous;
    Waiter next;
}
