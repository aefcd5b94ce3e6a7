package dev.conduit.rendezvous.resolver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * Some name servers that know the same: each question goes to the one that answered last, and to the next when that
 * says nothing, or says that it cannot or will not answer. Thread-safe.
 */
final class DnsServers {

    /** A datagram may get lost; a name server may have to ask others. */
    private static final List<Duration> ROUNDS = List.of(Duration.ofSeconds(1), Duration.ofSeconds(3));
    private static final List<Integer> NO_ANSWERS =
            List.of(Rcode.SERVFAIL, Rcode.REFUSED, Rcode.NOTIMP, Rcode.FORMERR, Rcode.NOTAUTH);

    private final List<InetSocketAddress> addresses;
    private final AtomicInteger preferred = new AtomicInteger();

    DnsServers(List<InetSocketAddress> addresses) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no name server is given");
        }
        this.addresses = List.copyOf(addresses);
    }

    /** Asks until one has answered; fails with each server's last reason. */
    CompletionStage<Message> ask(Message query, Executor executor) {
        return tryNext(query, executor, preferred.get(), 0, new String[addresses.size()]);
    }

    private CompletionStage<Message> tryNext(Message query, Executor executor, int first, int tries, String[] reasons) {
        int round = tries / addresses.size();
        if (round == ROUNDS.size()) {
            return CompletableFuture.failedFuture(new IOException(report(query, reasons)));
        }
        int index = (first + tries) % addresses.size();
        SimpleResolver server = new SimpleResolver(addresses.get(index));
        server.setTimeout(ROUNDS.get(round));
        return server.sendAsync(query, executor).handle((answer, failure) -> {
            if (failure == null && !NO_ANSWERS.contains(answer.getRcode())) {
                preferred.set(index);
                return CompletableFuture.completedFuture(answer);
            }
            reasons[index] = failure == null ? Rcode.string(answer.getRcode()) : reason(failure);
            return tryNext(query, executor, first, tries + 1, reasons).toCompletableFuture();
        }).thenCompose(next -> next);
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof SocketTimeoutException ? "nothing" : Failures.text(cause);
    }

    private String report(Message query, String[] reasons) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < reasons.length; i++) {
            InetSocketAddress address = addresses.get(i);
            all.add(address.getHostString() + ":" + address.getPort() + " says " + reasons[i]);
        }
        return "DNS has no answer for " + question(query) + ": " + String.join(", ", all);
    }

    private static String question(Message query) {
        return query.getQuestion().getName().toString(true) + " "
                + Type.string(query.getQuestion().getType());
    }
}
