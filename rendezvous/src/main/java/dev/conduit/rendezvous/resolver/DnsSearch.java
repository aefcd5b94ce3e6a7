package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** The search for one target in DNS. */
final class DnsSearch {

    private final Target target;
    private final Name name;
    private final Optional<String> self;
    private final DnsQuestion question;
    private final DnsAnswers answers;

    /**
     * @param target with a name, no address
     * @param self this host's id
     */
    DnsSearch(Target target, Optional<String> self, DnsQuestion question, Deadline limit) throws IOException {
        this.target = target;
        this.name = name(target.host());
        this.self = self;
        this.question = question;
        this.answers = new DnsAnswers(question, target.host(), limit);
    }

    /** One kind of alternatives. */
    @FunctionalInterface
    private interface Part {
        List<Endpoint> find() throws IOException;
    }

    Resolution run() throws IOException {
        Transport how = target.transport();
        List<Part> parts = new ArrayList<>();
        if ((how == Transport.ANY || how == Transport.CONDUIT) && self.isPresent()) {
            CompletableFuture<List<Record>> texts = lookup(ServiceTxt.PLAIN, Type.TXT);
            parts.add(() -> conduit(answers.await(texts)));
        }
        if (how != Transport.CONDUIT) {
            parts.add(target.port() == 0 ? services() : hosts());
        }
        List<Endpoint> found = new ArrayList<>();
        IOException failure = null;
        for (Part part : parts) {
            try {
                found.addAll(part.find());
            } catch (IOException failed) {
                Failures.rethrowInterrupt(failed);
                failure = failed;
            }
        }
        if (failure != null) {
            if (found.isEmpty()) {
                throw failure;
            }
            question.believeOnce();
        }
        return new Resolution(found, question.ttl());
    }

    private List<Endpoint> conduit(List<Record> texts) {
        return texts.stream().limit(DnsAnswers.MOST_RECORDS)
                .flatMap(text -> ServiceTxt.parse(((TXTRecord) text).getStringsAsByteArrays()).stream())
                .filter(text -> self.equals(Optional.of(text.host())))
                .flatMap(text -> text.conduit().stream()).limit(1).<Endpoint>map(Endpoint.OnHost::new).toList();
    }

    private Part hosts() {
        DnsAnswers.Addresses addresses = answers.addresses(name);
        return () -> endpoints(addresses.await(), target.port(), target.transport() == Transport.TLS);
    }

    /** A name that has TLS records is never reached without TLS just because that port was shut. */
    private Part services() throws IOException {
        CompletableFuture<List<Record>> none = CompletableFuture.completedFuture(List.of());
        CompletableFuture<List<Record>> tls =
                target.transport() == Transport.TCP ? none : lookup(ServiceTxt.TLS, Type.SRV);
        CompletableFuture<List<Record>> plain =
                target.transport() == Transport.TLS ? none : lookup(ServiceTxt.PLAIN, Type.SRV);
        return () -> {
            List<Record> overTls = answers.await(tls);
            return overTls.isEmpty() ? atTargets(answers.await(plain), false) : atTargets(overTls, true);
        };
    }

    private List<Endpoint> atTargets(List<Record> services, boolean tls) throws IOException {
        List<SRVRecord> order = SrvOrder.draw(services.stream().map(SRVRecord.class::cast).toList(),
                ThreadLocalRandom.current()).stream().limit(DnsAnswers.MOST_RECORDS).toList();
        List<DnsAnswers.Addresses> addresses =
                order.stream().map(service -> answers.addresses(service.getTarget())).toList();
        List<Endpoint> all = new ArrayList<>();
        IOException failure = null;
        for (int i = 0; i < order.size(); i++) {
            try {
                all.addAll(endpoints(addresses.get(i).await(), order.get(i).getPort(), tls));
            } catch (IOException failed) {
                Failures.rethrowInterrupt(failed);
                failure = failed;
                question.believeOnce();
            }
        }
        if (all.isEmpty() && failure != null) {
            throw failure;
        }
        return all;
    }

    private List<Endpoint> endpoints(List<InetAddress> addresses, int port, boolean tls) {
        return addresses.stream().filter(address -> port != 0)
                .map(address -> endpoint(new InetSocketAddress(address, port), target.host(), tls)).toList();
    }

    static Endpoint endpoint(InetSocketAddress address, String host, boolean tls) {
        return tls ? new Endpoint.Tls(address, host.replaceFirst("\\.$", "")) : new Endpoint.Tcp(address);
    }

    private CompletableFuture<List<Record>> lookup(String below, int type) throws IOException {
        return question.lookup(name(below + "." + name), type);
    }

    private static Name name(String text) throws IOException {
        try {
            return Name.fromString(text);
        } catch (TextParseException wrong) {
            throw new IOException("'" + Target.shown(text) + "' is no name for DNS: " + wrong.getMessage());
        }
    }
}
