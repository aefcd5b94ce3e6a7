package dev.conduit.rendezvous.directory.control;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients that are connected. Each has 5 s to send its line and 5 s to take its answer; in between it waits without a
 * thread. So many at a time, and so many of one domain: the others are closed at once, and may come again.
 */
final class Sessions implements AutoCloseable {

    static final int MOST = 256;
    static final int MOST_OF_ONE = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    private static final long PATIENCE_SECONDS = 5;
    private static final long KEEP_SECONDS = 10;

    private final Requests requests;
    private final ThreadPoolExecutor workers;
    private final ScheduledThreadPoolExecutor watchdog;
    private final Set<Session> open = new HashSet<>();
    private final Map<String, Integer> counts = new HashMap<>();

    Sessions(Requests requests) {
        this.requests = requests;
        // No more tasks than sessions, so none is refused but after the end.
        workers = new ThreadPoolExecutor(0, MOST, KEEP_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
                task -> daemon(task, "jitsud-session"), new ThreadPoolExecutor.DiscardPolicy());
        watchdog = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "jitsud-watchdog"));
        watchdog.setRemoveOnCancelPolicy(true);
        watchdog.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    void take(Session session) {
        boolean room;
        synchronized (open) {
            room = open.size() < MOST && counts.getOrDefault(session.asker(), 0) < MOST_OF_ONE;
            if (room) {
                open.add(session);
                counts.merge(session.asker(), 1, Integer::sum);
            }
        }
        if (room) {
            workers.execute(() -> serve(session));
        } else {
            session.close();
        }
    }

    private void serve(Session session) {
        String[] line = new String[1];
        guarded(session, () -> line[0] = session.read());
        if (line[0] == null) {
            end(session);
            return;
        }
        try {
            requests.answer(line[0], session.asker(), session.manager()).whenComplete(
                    (reply, never) -> workers.execute(() -> {
                        guarded(session, () -> session.write(reply));
                        end(session);
                    }));
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            end(session);
        } catch (RuntimeException bug) {
            LOG.error("client {} of the directory: {}", session.asker(), bug.toString(), bug);
            end(session);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    /** With a bound in time, at which the connection is closed under the work. */
    private void guarded(Session session, Work work) {
        ScheduledFuture<?> bound = watchdog.schedule(() -> end(session), PATIENCE_SECONDS, TimeUnit.SECONDS);
        try {
            work.run();
        } catch (IOException gone) {
            LOG.debug("client {} of the directory: {}", session.asker(), gone.getMessage());
        } finally {
            bound.cancel(false);
        }
    }

    private void end(Session session) {
        synchronized (open) {
            if (!open.remove(session)) {
                return;
            }
            counts.computeIfPresent(session.asker(), (asker, count) -> count == 1 ? null : count - 1);
        }
        session.close();
    }

    @Override
    public void close() {
        workers.shutdown();
        watchdog.shutdownNow();
        List<Session> left;
        synchronized (open) {
            left = List.copyOf(open);
        }
        left.forEach(this::end);
    }
}
