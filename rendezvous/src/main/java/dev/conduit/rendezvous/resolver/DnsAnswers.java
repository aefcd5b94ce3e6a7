package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Waits for lookups of one resolution. */
final class DnsAnswers {

    /** Records of one kind that are looked at. */
    static final int MOST_RECORDS = 16;
    /** How long a missing family of addresses holds up the other; RFC 8305, section 3, calls it resolution delay. */
    private static final Duration RESOLUTION_DELAY = Duration.ofMillis(250);

    private final DnsQuestion question;
    private final String host;
    private final Deadline limit;

    DnsAnswers(DnsQuestion question, String host, Deadline limit) {
        this.question = question;
        this.host = host;
        this.limit = limit;
    }

    List<Record> await(CompletableFuture<List<Record>> answer) throws IOException {
        return await(answer, limit.left());
    }

    private List<Record> await(CompletableFuture<List<Record>> answer, Duration patience) throws IOException {
        try {
            return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new IOException("DNS has no answer for " + host + " within " + limit.whole().toMillis() + " ms");
        } catch (ExecutionException failed) {
            throw new IOException(Failures.text(failed.getCause()), failed.getCause());
        } catch (InterruptedException interrupt) {
            throw Failures.interrupted("lookup of " + host);
        }
    }

    /** Asks for both families of addresses at once. */
    Addresses addresses(Name name) {
        return new Addresses(question.lookup(name, Type.AAAA), question.lookup(name, Type.A));
    }

    /** Both families of a name, under way. */
    final class Addresses {

        private final CompletableFuture<List<Record>> six;
        private final CompletableFuture<List<Record>> four;

        private Addresses(CompletableFuture<List<Record>> six, CompletableFuture<List<Record>> four) {
            this.six = six;
            this.four = four;
        }

        /** What was found, if only in one family; fails when nothing was found and one family could not be. */
        List<InetAddress> await() throws IOException {
            List<IOException> failures = new ArrayList<>();
            List<Record> fours = attempt(four, limit.left(), failures);
            Duration left = limit.left();
            boolean hurry = !fours.isEmpty() && left.compareTo(RESOLUTION_DELAY) > 0;
            List<Record> sixes = attempt(six, hurry ? RESOLUTION_DELAY : left, failures);
            List<InetAddress> all = inTurns(sixes, fours);
            if (!failures.isEmpty()) {
                if (all.isEmpty()) {
                    throw failures.get(0);
                }
                question.believeOnce();
            }
            return all;
        }

        private List<Record> attempt(
                CompletableFuture<List<Record>> family, Duration patience, List<IOException> failures)
                throws IOException {
            try {
                return DnsAnswers.this.await(family, patience);
            } catch (IOException failed) {
                Failures.rethrowInterrupt(failed);
                failures.add(failed);
                return List.of();
            }
        }

        /** RFC 8305, section 4. */
        private static List<InetAddress> inTurns(List<Record> sixes, List<Record> fours) {
            List<InetAddress> all = new ArrayList<>();
            for (int i = 0; i < Math.min(MOST_RECORDS, Math.max(sixes.size(), fours.size())); i++) {
                if (i < sixes.size()) {
                    all.add(((AAAARecord) sixes.get(i)).getAddress());
                }
                if (i < fours.size()) {
                    all.add(((ARecord) fours.get(i)).getAddress());
                }
            }
            return all;
        }
    }
}
