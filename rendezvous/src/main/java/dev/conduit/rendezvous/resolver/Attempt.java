package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.ConduitException;
import dev.conduit.rendezvous.ConduitTimeoutException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One call of connect: goes through the alternatives until one is reached, and remembers why the others were not. */
final class Attempt {

    private final String what;
    private final TimeLimit limit;
    private final Opener opener;
    private final Set<Endpoint> tried = new LinkedHashSet<>();
    private final List<IOException> failures = new ArrayList<>();

    Attempt(String what, TimeLimit limit, Opener opener) {
        this.what = what;
        this.limit = limit;
        this.opener = opener;
    }

    /** Asks each resolver only when nothing that the ones before found could be reached. */
    Connection run(Target target, List<Resolver> resolvers) throws IOException {
        for (int i = 0; i < resolvers.size() && !limit.passed(); i++) {
            boolean last = i == resolvers.size() - 1;
            try {
                List<Endpoint> found = new ArrayList<>(
                        resolvers.get(i).resolve(target, limit.share(last).left()).endpoints());
                found.removeAll(tried);
                Connection reached = tryAll(found, last);
                if (reached != null) {
                    return reached;
                }
            } catch (IOException failed) {
                Failures.rethrowInterrupt(failed);
                failures.add(failed);
            }
        }
        throw failure(target);
    }

    Connection run(List<Endpoint> endpoints) throws IOException {
        Connection reached = tryAll(endpoints, true);
        if (reached == null) {
            throw failure(null);
        }
        return reached;
    }

    private Connection tryAll(List<Endpoint> endpoints, boolean lastOfAll) throws IOException {
        int from = 0;
        while (from < endpoints.size() && !limit.passed()) {
            int to = endOfKind(endpoints, from);
            TimeLimit share = limit.share(lastOfAll && to == endpoints.size());
            List<Endpoint> alike = endpoints.subList(from, to);
            tried.addAll(alike);
            Connection reached = open(alike, share);
            if (reached != null) {
                return reached;
            }
            from = to;
        }
        return null;
    }

    /** Ports race each other; conduits and Unix sockets are tried one by one. */
    private static int endOfKind(List<Endpoint> endpoints, int from) {
        Class<?> kind = endpoints.get(from).getClass();
        int to = from + 1;
        while ((kind == Endpoint.Tcp.class || kind == Endpoint.Tls.class)
                && to < endpoints.size() && endpoints.get(to).getClass() == kind) {
            to++;
        }
        return to;
    }

    private Connection open(List<Endpoint> alike, TimeLimit share) throws IOException {
        Endpoint first = alike.get(0);
        try {
            return first instanceof Endpoint.Tcp || first instanceof Endpoint.Tls
                    ? opener.race(alike, share, failures) : opener.open(first, share);
        } catch (IOException failed) {
            Failures.rethrowInterrupt(failed);
            failures.add(new IOException(first + ": " + Failures.text(failed), failed));
            return null;
        }
    }

    private ConduitException failure(Target target) {
        if (tried.isEmpty() && failures.isEmpty() && !limit.passed()) {
            String hint = target != null && target.port() == 0 && target.transport() != Transport.CONDUIT
                    ? "; without a port only conduits, fixed entries and SRV records are looked for" : "";
            return new ConduitException("cannot connect to '" + what + "': the name is not known" + hint);
        }
        if (!limit.passed()) {
            return Failures.of("cannot connect to '" + what + "'", failures);
        }
        ConduitTimeoutException late = new ConduitTimeoutException("connect to '" + what + "' timed out after "
                + limit.whole().toMillis() + " ms" + (failures.isEmpty() ? "" : ": " + Failures.reasons(failures)));
        failures.forEach(late::addSuppressed);
        return late;
    }
}
