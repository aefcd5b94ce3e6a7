package dev.conduit.xenstore.client;

import dev.conduit.xenstore.WatchHandler;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to the handlers of watches on a thread of its own, one at a time, watches in turn.
 *
 * <p>Equal events that wait are one. When more than the limit of distinct events wait for one watch, they give way to
 * the word that events were missed: look at all of it again.
 */
final class EventQueue implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);

    /** The events that wait for one handler. */
    final class Subscriber implements Watches.Sink {

        private final String watched;
        private final WatchHandler handler;
        private final Set<String> waiting = new LinkedHashSet<>();
        /** To be told before what waits. */
        private boolean missed;
        private boolean queued;
        private boolean ended;

        private Subscriber(String watched, WatchHandler handler) {
            this.watched = watched;
            this.handler = handler;
        }

        @Override
        public void changed(String path) {
            synchronized (ready) {
                waiting.add(path);
                if (waiting.size() > limit) {
                    waiting.clear();
                    missed = true;
                }
                enqueue();
            }
        }

        @Override
        public void missed() {
            synchronized (ready) {
                missed = true;
                enqueue();
            }
        }

        private void enqueue() {
            if (ended || closed) {
                waiting.clear();
            } else if (!queued) {
                queued = true;
                ready.add(this);
                ready.notifyAll();
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

        /** What comes next, in the form of a call of the handler. */
        private Runnable next() {
            if (missed) {
                missed = false;
                return () -> handler.missed(watched);
            }
            String path = waiting.iterator().next();
            waiting.remove(path);
            return () -> handler.changed(path);
        }

        private boolean idle() {
            return waiting.isEmpty() && !missed;
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
    Subscriber subscribe(String watched, WatchHandler handler) {
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
            Runnable call;
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
                call = subscriber.next();
                subscriber.queued = !subscriber.idle();
                if (subscriber.queued) {
                    ready.add(subscriber);
                }
            }
            deliver(subscriber, call);
        }
    }

    private static void deliver(Subscriber subscriber, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.error("the handler of the watch on {} failed", subscriber.watched, e);
        }
    }
}
