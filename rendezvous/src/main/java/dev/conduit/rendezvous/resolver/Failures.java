package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.ConduitException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.stream.Collectors;

/** Several failures in one line. */
final class Failures {

    private Failures() {}

    static ConduitException of(String what, List<IOException> failures) {
        ConduitException all = new ConduitException(what + ": " + reasons(failures));
        failures.forEach(all::addSuppressed);
        return all;
    }

    static String reasons(List<IOException> failures) {
        return failures.stream().map(Failures::text).collect(Collectors.joining("; "));
    }

    static String text(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message.replaceAll("\\s+", " ");
    }

    /** An interrupt ends everything; any other failure only the alternative it belongs to. */
    static void rethrowInterrupt(IOException failure) throws IOException {
        boolean interrupt = failure instanceof InterruptedIOException && !(failure instanceof SocketTimeoutException);
        if (interrupt || failure instanceof ClosedByInterruptException) {
            throw failure;
        }
    }

    /** The interrupt stays pending, as with interruptible channels. */
    static InterruptedIOException interrupted(String what) {
        Thread.currentThread().interrupt();
        return new InterruptedIOException(what + " was interrupted");
    }
}
