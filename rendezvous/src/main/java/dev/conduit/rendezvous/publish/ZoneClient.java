package dev.conduit.rendezvous.publish;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/**
 * Talks to the zone's primary server over TCP. Every message is signed, and every answer must be (RFC 8945, section
 * 5.3): what is unsigned or signed wrongly changes nothing here, whatever it says.
 */
final class ZoneClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final PublisherOptions options;
    private final SimpleResolver server;

    ZoneClient(PublisherOptions options) {
        this.options = options;
        server = new SimpleResolver(options.server());
        server.setTCP(true);
        server.setTSIGKey(options.key().tsig());
        server.setTimeout(TIMEOUT);
    }

    /** Asks for several sets at once: the records of the wanted types, and aliases, at exactly these names. */
    List<Record> query(List<Record> questions) throws PublishException, InterruptedException {
        List<CompletableFuture<Message>> answers = questions.stream().map(this::query).toList();
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            Record question = questions.get(i);
            Message answer = await("query for " + question.getName().toString(true), answers.get(i));
            int code = answer.getRcode();
            if (code != Rcode.NOERROR && code != Rcode.NXDOMAIN) {
                throw refused(Rcode.string(code));
            }
            answer.getSection(Section.ANSWER).stream().filter(record -> record.getName().equals(question.getName())
                    && (record.getType() == question.getType() || record.getType() == Type.CNAME))
                    .filter(record -> !records.contains(record)).forEach(records::add);
        }
        return records;
    }

    static Record question(Name name, int type) {
        return Record.newRecord(name, type, DClass.IN);
    }

    private CompletableFuture<Message> query(Record question) {
        return server.sendAsync(Message.newQuery(question)).toCompletableFuture();
    }

    /**
     * Changes the zone.
     *
     * @throws PublishException of kind CONFLICT when a prerequisite does not hold
     */
    void update(Update update) throws PublishException, InterruptedException {
        Message answer = await("update", server.sendAsync(update).toCompletableFuture());
        switch (answer.getRcode()) {
            case Rcode.NOERROR -> { }
            case Rcode.NXRRSET, Rcode.YXRRSET, Rcode.NXDOMAIN, Rcode.YXDOMAIN -> throw new PublishException(
                    PublishException.Kind.CONFLICT, failed(Rcode.string(answer.getRcode())
                            + ": other hosts changed the name at the same time"));
            default -> throw refused(Rcode.string(answer.getRcode()));
        }
    }

    private Message await(String what, CompletableFuture<Message> future)
            throws PublishException, InterruptedException {
        Message answer;
        try {
            answer = future.get(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw server(what + " got no answer");
        } catch (ExecutionException failed) {
            throw server(what + " got no answer: " + reason(failed.getCause()));
        }
        TSIGRecord signature = answer.getTSIG();
        if (signature != null && signature.getError() != Rcode.NOERROR) {
            throw refused(Rcode.TSIGstring(signature.getError()));
        }
        if (!answer.isVerified()) {
            String code = Rcode.string(answer.getRcode());
            throw answer.getRcode() == Rcode.NOERROR
                    ? server("the answer to a " + what + " is not signed with key " + options.key()
                            + ": it is forged, or the server does not know the key")
                    : refused(code);
        }
        return answer;
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        String message = cause instanceof IOException && cause.getMessage() != null
                ? cause.getMessage() : cause.toString();
        return message.replaceAll("\\s+", " ");
    }

    /** The server's word, and what it means here. */
    private PublishException refused(String word) {
        return server(word + switch (word) {
            case "NOTAUTH" -> ": the server has no authority over the zone, or does not accept key " + options.key();
            case "BADKEY" -> " (NOTAUTH): the server does not know key " + options.key();
            case "BADSIG" -> " (NOTAUTH): the server has another secret for key " + options.key();
            case "BADTIME" -> " (NOTAUTH): the clocks of this host and the server are more than 300 s apart";
            case "REFUSED" -> ": the server's policy does not let key " + options.key() + " do this";
            case "NOTZONE" -> ": a name is outside the zone the server has";
            case "NOTIMP" -> ": the server does not take updates";
            case "SERVFAIL" -> ": the server has a problem of its own, its log says which";
            default -> "";
        });
    }

    private PublishException server(String text) {
        return new PublishException(PublishException.Kind.SERVER, failed(text));
    }

    private String failed(String text) {
        InetSocketAddress address = options.server();
        return "DNS zone " + options.zone().toString(true) + " at " + address.getAddress().getHostAddress() + ":"
                + address.getPort() + ": " + text;
    }
}
