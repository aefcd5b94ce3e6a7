package dev.conduit.rendezvous.dns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * Decides what is said to a query. Pure: bytes in, bytes out. Used over and over by one thread.
 *
 * <p>Where somebody else has to be asked it returns {@link #WAIT}; it is called again from the beginning, with the
 * answers so far, when that one has come. A query without such questions is answered without allocating.
 */
final class Responder {

    /** The reply needs an answer that is on its way. */
    static final int WAIT = -1;

    /** Aliases that are followed for a query; a loop ends here, too. */
    static final int MAX_ALIASES = 16;

    private static final int DONE = 0;

    /** RFC 8482 section 4.2: the answer to ANY for a name whose records nobody is asked for. */
    private static final byte[] ANY_ANSWER = {
        (byte) (Wire.POINTER >> 8), Wire.HEADER, 0, Type.HINFO, 0, DClass.IN, 0, 0, 0x0E, 0x10, 0, 9,
        7, 'R', 'F', 'C', '8', '4', '8', '2', 0
    };

    private final Lookups sources;
    private final Forwarding forwarding;
    private final Cookies cookies;
    private final Query query = new Query();
    private final LookupName name = new LookupName();
    private final LookupName target = new LookupName();
    private final ZoneMatch match = new ZoneMatch();
    private final RrSet set = new RrSet();
    private final ReplyWriter writer = new ReplyWriter();
    private final List<DnsAnswer> asked = new ArrayList<>();

    private List<DnsAnswer> known;
    private boolean mayForward;
    private boolean clientProven;
    private Question question;
    private Flight flight;
    private int kind;

    Responder(Lookups sources, Forwarding forwarding, Cookies cookies) {
        this.sources = sources;
        this.forwarding = forwarding;
        this.cookies = cookies;
    }

    /**
     * Answers a query.
     *
     * @param message the query; not kept
     * @param length its length
     * @param client who asks
     * @param udp whether the reply must fit into a datagram
     * @param zones what is served
     * @param answers what others said the last time this query waited, in order
     * @param nanoTime the time
     * @return the length of the reply, 0 for none, or {@link #WAIT}
     */
    int respond(byte[] message, int length, InetAddress client, boolean udp, Zones zones, List<DnsAnswer> answers,
            long nanoTime) {
        known = answers;
        asked.clear();
        kind = 0;
        clientProven = false;
        switch (query.parse(message, length)) {
            case DROP:
                return 0;
            case FORMERR:
                return writer.headerOnly(query, Rcode.FORMERR);
            case NOTIMP:
                return writer.headerOnly(query, Rcode.NOTIMP);
            case NOTAUTH:
                return writer.headerOnly(query, Rcode.NOTAUTH);
            default:
                break;
        }
        writer.begin(query, udp ? Math.min(query.payload(), Wire.MAX_UDP) : Wire.MAX_MESSAGE, cookies, client);
        clientProven = query.cookieLength() > 0
                && cookies.isGood(message, query.cookie(), query.cookieLength(), client);
        mayForward = forwarding.allows(client);
        if (mayForward) {
            writer.setFlags(Wire.RA);
        }
        if (query.edns() && query.ednsVersion() > 0) {
            writer.setRcode(Rcode.BADVERS);
        } else if (query.dnsClass() != DClass.IN || query.type() == Type.AXFR || query.type() == Type.IXFR) {
            writer.setRcode(Rcode.REFUSED);
        } else if (!followAliases(zones, nanoTime)) {
            return WAIT;
        }
        if (!writer.overflowed()) {
            return writer.finish();
        }
        if (udp) {
            return writer.finishTruncated();
        }
        writer.fail(Rcode.SERVFAIL);
        return writer.finish();
    }

    /** The reply, after {@link #respond}. */
    byte[] reply() {
        return writer.bytes();
    }

    /** After {@link #WAIT}: what came before, in order. */
    List<DnsAnswer> asked() {
        return asked;
    }

    /** After {@link #WAIT}: what is waited for. */
    Question question() {
        return question;
    }

    Flight flight() {
        return flight;
    }

    Lookups lookups(Question asked) {
        return asked.source() != null ? sources : forwarding.lookups();
    }

    /** After a reply: equal for replies that say the same to everybody, whose rate is limited together; 0: an error. */
    int kind() {
        return kind;
    }

    /** After a reply: its result. */
    int rcode() {
        return writer.rcode();
    }

    /** After a reply: whether the client has shown by a cookie that it is where the reply goes. */
    boolean clientProven() {
        return clientProven;
    }

    /** Instead of the reply of {@link #respond}: one that sends the client to TCP. */
    int truncated() {
        return writer.finishTruncated();
    }

    /** Says that there will be no answer to a query that {@link #respond} has made wait. */
    int failed(byte[] message, int length, InetAddress client) {
        kind = 0;
        clientProven = false;
        query.parse(message, length);
        writer.begin(query, Wire.MAX_MESSAGE, cookies, client);
        writer.fail(Rcode.SERVFAIL);
        return writer.finish();
    }

    /** Returns false when the reply has to wait. */
    private boolean followAliases(Zones zones, long nanoTime) {
        LookupName current = query.name();
        int owner = Wire.HEADER;
        for (int aliases = 0; aliases <= MAX_ALIASES; aliases++) {
            ServedZone served = zones.find(current);
            if (served == null) {
                return elsewhere(current, owner, nanoTime);
            }
            if (aliases == 0) {
                writer.setFlags(Wire.AA);
            }
            int next = inZone(served, current, owner);
            if (next <= DONE) {
                return next == DONE;
            }
            owner = next;
            current = name;
            current.read(writer.bytes(), owner, writer.position());
        }
        // A loop: what was found is the truth as far as it goes.
        return true;
    }

    /** Returns {@link #DONE}, {@link #WAIT}, or the offset of the name that an alias leads to. */
    private int inZone(ServedZone served, LookupName current, int owner) {
        Zone zone = served.zone();
        zone.find(current, query.type(), match);
        if (match.kind() == ZoneMatch.Kind.DELEGATED) {
            return refer(zone, current, owner);
        }
        boolean exact = match.kind() == ZoneMatch.Kind.NAME;
        kind = exact ? current.hash(0) : zone.originKey().hash(0);
        if (exact && ZoneNodes.hasSets(zone.nodes(), match.node())) {
            return fromNode(zone, current, owner);
        }
        if (served.source() != null) {
            if (query.type() == Type.ANY) {
                writer.add(set.set(ANY_ANSWER, 0, ANY_ANSWER.length, 1), Wire.ANSWERS, owner);
                return DONE;
            }
            DnsAnswer answer = ask(sources, served.source(), current, owner, 0);
            if (answer == null) {
                return WAIT;
            }
            if (answer instanceof LiveRecords records) {
                kind = current.hash(0);
                return fromSource(records, zone, current, owner);
            }
            if (answer != DnsAnswer.noSuchName()) {
                kind = 0;
                writer.fail(Rcode.SERVFAIL);
                return DONE;
            }
        }
        if (match.kind() == ZoneMatch.Kind.WILDCARD) {
            return fromNode(zone, current, owner);
        }
        if (!exact) {
            writer.setRcode(Rcode.NXDOMAIN);
        }
        return deny(zone, current, owner);
    }

    private int fromNode(Zone zone, LookupName current, int owner) {
        byte[] nodes = zone.nodes();
        // Of all types one is enough for ANY (RFC 8482 section 4.1).
        if (ZoneNodes.find(nodes, match.node(), query.type(), set)) {
            writer.add(set, Wire.ANSWERS, owner);
            return DONE;
        }
        if (ZoneNodes.find(nodes, match.node(), Type.CNAME, set)) {
            return alias(owner);
        }
        return deny(zone, current, owner);
    }

    private int fromSource(LiveRecords records, Zone zone, LookupName current, int owner) {
        if (records.find(query.type(), set)) {
            writer.add(set, Wire.ANSWERS, owner);
            return DONE;
        }
        return records.find(Type.CNAME, set) ? alias(owner) : deny(zone, current, owner);
    }

    private int alias(int owner) {
        int record = writer.position();
        writer.add(set, Wire.ANSWERS, owner);
        return writer.overflowed() ? DONE : ReplyWriter.rdata(record);
    }

    private int deny(Zone zone, LookupName current, int owner) {
        int origin = owner + current.start(current.labels() - zone.originKey().labels());
        writer.add(zone.negativeSoa(set), Wire.AUTHORITY, origin);
        return DONE;
    }

    private int refer(Zone zone, LookupName current, int owner) {
        kind = zone.originKey().hash(0);
        if (owner == Wire.HEADER) {
            writer.clearFlags(Wire.AA);
        }
        int begin = writer.position();
        ZoneNodes.find(zone.nodes(), match.node(), Type.NS, set);
        writer.add(set, Wire.AUTHORITY, owner + current.start(match.label()));
        int end = writer.position();
        for (int record = begin; record < end; record = writer.nextRecord(record)) {
            int server = ReplyWriter.rdata(record);
            target.read(writer.bytes(), server, end);
            for (int type = Type.A; type > 0; type = type == Type.A ? Type.AAAA : 0) {
                if (zone.findGlue(target, type, set)) {
                    writer.add(set, Wire.ADDITIONAL, server);
                }
            }
        }
        return DONE;
    }

    /** A name that is in no zone; returns false when the reply has to wait. */
    private boolean elsewhere(LookupName current, int owner, long nanoTime) {
        boolean first = owner == Wire.HEADER;
        if (!mayForward || !query.has(Wire.RD)) {
            if (first) {
                writer.setRcode(Rcode.REFUSED);
            }
            return true;
        }
        kind = current.hash(0);
        int dnssec = query.flags() & Wire.CD | (query.dnssecOk() ? Wire.DNSSEC_OK : 0);
        DnsAnswer answer = ask(forwarding.lookups(), null, current, owner, dnssec);
        if (answer == null) {
            return false;
        }
        if (!(answer instanceof UpstreamReply reply)) {
            kind = 0;
            writer.fail(Rcode.SERVFAIL);
        } else if (first) {
            writer.setRcode(reply.rcode());
            if (reply.authenticated() && (query.dnssecOk() || query.has(Wire.AD))) {
                writer.setFlags(Wire.AD);
            }
            writer.relay(reply.aged(nanoTime));
        } else {
            writer.setRcode(reply.rcode());
            reply.appendAnswers(writer, nanoTime);
        }
        return true;
    }

    /** Returns null when the answer is not there yet. */
    private DnsAnswer ask(Lookups whom, DnsSource source, LookupName current, int owner, int dnssec) {
        DnsAnswer answer;
        if (asked.size() < known.size()) {
            answer = known.get(asked.size());
        } else {
            question = new Question(source, spelled(current, owner), query.type(), dnssec);
            flight = whom.ask(question);
            answer = flight.answer();
        }
        if (answer != null) {
            asked.add(answer);
        }
        return answer;
    }

    /** The name as it stands in the reply, with its case. */
    private Name spelled(LookupName current, int owner) {
        byte[] wire = new byte[current.length()];
        System.arraycopy(writer.bytes(), owner, wire, 0, wire.length);
        try {
            return new Name(wire);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
