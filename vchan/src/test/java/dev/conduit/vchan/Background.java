package dev.conduit.vchan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A call in a thread of its own. */
final class Background<T> {

    private final FutureTask<T> task;
    final Thread thread;

    private Background(Callable<T> call) {
        task = new FutureTask<>(call);
        thread = new Thread(task, "test-background");
        thread.setDaemon(true);
        thread.start();
    }

    static <T> Background<T> run(Callable<T> call) {
        return new Background<>(call);
    }

    boolean done() {
        return task.isDone();
    }

    T get() throws Exception {
        try {
            return task.get(30, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            AssertionError error = new AssertionError("still runs after 30 s");
            error.setStackTrace(thread.getStackTrace());
            throw error;
        }
    }

    /** The exception the call ended with. */
    Throwable failure() throws Exception {
        try {
            T result = get();
            assertThat(result).as("a failure was expected").isNull();
            throw new AssertionError("ended well");
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
