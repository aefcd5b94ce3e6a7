package dev.conduit.rendezvous.resolver;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Finds the ways to reach a name. Thread-safe. */
@FunctionalInterface
public interface Resolver {

    /**
     * Finds the alternatives for one name, in the order in which they shall be tried. May block.
     *
     * @param target what is wanted
     * @param timeout longest wait
     * @return the alternatives; none when the name is not known here
     * @throws java.io.InterruptedIOException when the thread is interrupted; its interrupt stays pending
     * @throws IOException when it could not be found out; one line that says why
     */
    Resolution resolve(Target target, Duration timeout) throws IOException;

    /**
     * Asks one resolver after the other, and gives all their alternatives in that order. What one cannot find out is
     * an error only when the others know nothing; the answer is then good for once.
     *
     * @param resolvers in order
     * @return a resolver over them
     */
    static Resolver inOrder(List<Resolver> resolvers) {
        return new CombinedResolver(resolvers);
    }
}
