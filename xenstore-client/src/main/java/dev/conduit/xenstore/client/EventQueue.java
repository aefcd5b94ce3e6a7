package dev.conduit.xenstore.client;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to the handlers of watches on a thread of its own, one at a time, watches in turn.
 *
 * <p>Equal events that wait are one. When more than the limit of distinct events wait for one watch, they become a
 * single event naming the watched path: look at all of it again.
 */
final class EventQueue implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);

    /** The events that wait for one handler. */
    final class Subscriber {

        private final String watched;
        private final Consumer<String> handler;
        private final Set<String> waiting = new LinkedHashSet<>();
        private boolean ended;

        private Subscriber(String watched, Consumer<String> handler) {
            this.watched = watched;
            this.handler = handler;
        }

        /** Adds an event; returns at once. */
        void offer(String path) {
            synchronized (ready) {
                if (ended || closed) {
                    return;
                }
                boolean idle = waiting.isEmpty();
                waiting.add(path);
                if (waiting.size() > limit) {
                    waiting.clear();
                    waiting.add(watched);
                }
                if (idle) {
                    ready.add(this);
                    ready.notifyAll();
                }
            }
        }

        /** No event is begun any more. */
        void end() {
            synchronized (ready) {
                ended = true;
                waiting.clear();
                ready.remove(this);
            }
        }
    }

    private final int limit;
    /** Subscribers with events, in order of their turns; also guards all of this object. */
    private final Queue<Subscriber> ready = new ArrayDeque<>();
    private Thread thread;
    private boolean closed;

    EventQueue(int limit) {
        this.limit = limit;
    }

    /** The thread starts with the first subscriber. */
    Subscriber subscribe(String watched, Consumer<String> handler) {
        synchronized (ready) {
            if (thread == null && !closed) {
                thread = new Thread(this, "xenstore-events");
                thread.setDaemon(true);
                thread.start();
            }
        }
        return new Subscriber(watched, handler);
    }

    void close() {
        synchronized (ready) {
            closed = true;
            ready.clear();
            ready.notifyAll();
        }
    }

    @Override
    public void run() {
        while (true) {
            Subscriber subscriber;
            String path;
            synchronized (ready) {
                while (ready.isEmpty() && !closed) {
                    try {
                        ready.wait();
                    } catch (InterruptedException e) {
                        LOG.debug("interrupt of the event thread ignored; closing the client ends it");
                    }
                }
                if (closed) {
                    return;
                }
                subscriber = ready.poll();
                path = subscriber.waiting.iterator().next();
                subscriber.waiting.remove(path);
                if (!subscriber.waiting.isEmpty()) {
                    ready.add(subscriber);
                }
            }
            deliver(subscriber, path);
        }
    }

    private static void deliver(Subscriber subscriber, String path) {
        try {
            subscriber.handler.accept(path);
        } catch (RuntimeException e) {
            LOG.error("handler of the watch on {} failed at event {}", subscriber.watched, path, e);
        }
    }
}
