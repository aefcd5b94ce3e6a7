package dev.conduit.rendezvous.resolver;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupFailedException;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * All lookups for one target, and how long their answers may be believed: the least TTL in any of them, that of
 * negative ones by RFC 2308, section 5.
 */
final class DnsQuestion {

    private final LookupSession session;
    private final AtomicLong leastTtl = new AtomicLong(Long.MAX_VALUE);

    DnsQuestion(DnsServers servers, LookupSession.LookupSessionBuilder settings) {
        session = settings.resolver(new Listening(servers)).build();
    }

    /** Records of the wanted type, also behind aliases; none when there are none, a failure when nobody can say. */
    CompletableFuture<List<Record>> lookup(Name name, int type) {
        return session.lookupAsync(name, type).handle((result, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof NoSuchDomainException || cause instanceof NoSuchRRSetException) {
                return CompletableFuture.completedFuture(List.<Record>of());
            }
            if (cause instanceof LookupFailedException) {
                return CompletableFuture.<List<Record>>failedFuture(new IOException("DNS answer for "
                        + name.toString(true) + " " + Type.string(type) + " is of no use: " + reason(cause)));
            }
            if (cause != null) {
                return CompletableFuture.<List<Record>>failedFuture(cause);
            }
            List<Record> wanted = new ArrayList<>(result.getRecords());
            wanted.removeIf(record -> record.getType() != type);
            return CompletableFuture.completedFuture(wanted);
        }).thenCompose(future -> future).toCompletableFuture();
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : Failures.text(cause);
    }

    /** Zero when nothing was asked of a server. */
    Duration ttl() {
        long least = leastTtl.get();
        return Duration.ofSeconds(least == Long.MAX_VALUE ? 0 : least);
    }

    /** What is known is not all there is. */
    void believeOnce() {
        leastTtl.set(0);
    }

    private void note(Message answer) {
        boolean positive = answer.getRcode() == Rcode.NOERROR && !answer.getSection(Section.ANSWER).isEmpty();
        List<Record> counting = answer.getSection(positive ? Section.ANSWER : Section.AUTHORITY);
        long least = counting.stream().filter(record -> positive || record.getType() == Type.SOA)
                .mapToLong(DnsQuestion::ttl).min().orElse(0);
        leastTtl.accumulateAndGet(least, Math::min);
    }

    private static long ttl(Record record) {
        return record instanceof SOARecord soa ? Math.min(soa.getTTL(), soa.getMinimum()) : record.getTTL();
    }

    /** Sees every answer. The settings of dnsjava's interface are made elsewhere. */
    private final class Listening implements Resolver {

        private final DnsServers servers;

        Listening(DnsServers servers) {
            this.servers = servers;
        }

        @Override
        public CompletionStage<Message> sendAsync(Message query, Executor executor) {
            return servers.ask(query, executor).thenApply(answer -> {
                note(answer);
                return answer;
            });
        }

        @Override
        public void setPort(int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setTCP(boolean flag) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setIgnoreTruncation(boolean flag) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setTSIGKey(TSIG key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setTimeout(Duration timeout) {
            throw new UnsupportedOperationException();
        }
    }
}
