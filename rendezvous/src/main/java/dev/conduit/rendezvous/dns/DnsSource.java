package dev.conduit.rendezvous.dns;

import java.util.concurrent.CompletionStage;
import org.xbill.DNS.Name;

/** Answers for names that no zone holds: services, which may have to be started first. */
@FunctionalInterface
public interface DnsSource {

    /**
     * Is asked for a name in the zone it was given for, when that zone holds no record for it. While a question is
     * unanswered it is not asked again, by at most one thread of the server each; an answer serves all who wait.
     *
     * <p>Called on the threads that answer everybody, so it must not block: it returns a stage that is complete already,
     * or completes it later from any thread. When it fails or takes longer than
     * {@link DnsOptions#withSourceDeadline}, clients get SERVFAIL.
     *
     * @param name absolute, in the case the client wrote it; {@link Name} compares without case
     * @param type a number of {@link org.xbill.DNS.Type}; never ANY and no transfer
     * @return the answer, now or later
     */
    CompletionStage<DnsAnswer> lookup(Name name, int type);
}
