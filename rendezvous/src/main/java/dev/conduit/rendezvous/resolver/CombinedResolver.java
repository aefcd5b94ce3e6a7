package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Several resolvers as one. */
final class CombinedResolver implements Resolver {

    private final List<Resolver> resolvers;

    CombinedResolver(List<Resolver> resolvers) {
        this.resolvers = List.copyOf(resolvers);
    }

    @Override
    public Resolution resolve(Target target, Duration timeout) throws IOException {
        Deadline limit = Deadline.after(timeout);
        Set<Endpoint> found = new LinkedHashSet<>();
        List<IOException> failures = new ArrayList<>();
        Duration ttl = null;
        for (Iterator<Resolver> rest = resolvers.iterator(); rest.hasNext(); ) {
            Resolver resolver = rest.next();
            try {
                Resolution part = resolver.resolve(target, limit.share(!rest.hasNext()).left());
                found.addAll(part.endpoints());
                ttl = ttl == null || part.ttl().compareTo(ttl) < 0 ? part.ttl() : ttl;
            } catch (IOException failed) {
                Failures.rethrowInterrupt(failed);
                failures.add(failed);
            }
        }
        if (found.isEmpty() && !failures.isEmpty()) {
            throw Failures.of("cannot resolve '" + target + "'", failures);
        }
        return new Resolution(List.copyOf(found), failures.isEmpty() && ttl != null ? ttl : Duration.ZERO);
    }
}
