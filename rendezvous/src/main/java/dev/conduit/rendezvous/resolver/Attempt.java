package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.ConduitException;
import dev.conduit.rendezvous.ConduitTimeoutException;
import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One call of connect: goes through the alternatives until one is reached, and remembers why the others were not. */
final class Attempt {

    private final String what;
    private final Deadline limit;
    private final Opener opener;
    private final Set<Endpoint> tried = new LinkedHashSet<>();
    private final List<Endpoint> slow = new ArrayList<>();
    private final List<IOException> failures = new ArrayList<>();

    Attempt(String what, Deadline limit, Opener opener) {
        this.what = what;
        this.limit = limit;
        this.opener = opener;
    }

    /**
     * Asks each resolver only when nothing that the ones before found could be reached. When that is so for all of them,
     * the conduits that were only too slow have what is left: their services may still be starting.
     */
    Connection run(Target target, List<Resolver> resolvers) throws IOException {
        for (int i = 0; i < resolvers.size() && !limit.passed(); i++) {
            boolean last = i == resolvers.size() - 1;
            try {
                List<Endpoint> found = new ArrayList<>(
                        resolvers.get(i).resolve(target, share(last).left()).endpoints());
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
        List<Endpoint> again = List.copyOf(slow);
        slow.clear();
        Connection reached = tryAll(again, true);
        if (reached == null) {
            throw failure(target);
        }
        return reached;
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
            Deadline share = share(lastOfAll && to == endpoints.size());
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

    /** What comes last leaves something when there is still one to come back to. */
    private Deadline share(boolean last) {
        return limit.share(last && slow.isEmpty());
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

    private Connection open(List<Endpoint> alike, Deadline share) throws IOException {
        Endpoint first = alike.get(0);
        try {
            return first instanceof Endpoint.Tcp || first instanceof Endpoint.Tls
                    ? opener.race(alike, share, failures) : opener.open(first, share);
        } catch (IOException failed) {
            Failures.rethrowInterrupt(failed);
            failures.add(new IOException(first + ": " + Failures.text(failed), failed));
            if (first instanceof Endpoint.OnHost && failed instanceof ConduitTimeoutException) {
                slow.add(first);
            }
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
