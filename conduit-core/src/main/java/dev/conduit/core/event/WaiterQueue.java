package dev.conduit.core.event;

/** The threads in await, oldest first: a list linked through the waiters themselves. Not thread-safe. */
final class WaiterQueue {

    private Waiter first;
    private Waiter last;

    /** The one that waits longest, or null. */
    Waiter first() {
        return first;
    }

    void add(Waiter waiter) {
        waiter.previous = last;
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter;
        }
        last = waiter;
    }

    void remove(Waiter waiter) {
        if (waiter.previous == null) {
            first = waiter.next;
        } else {
            waiter.previous.next = waiter.next;
        }
        if (waiter.next == null) {
            last = waiter.previous;
        } else {
            waiter.next.previous = waiter.previous;
        }
        waiter.previous = null;
        waiter.next = null;
    }
}
