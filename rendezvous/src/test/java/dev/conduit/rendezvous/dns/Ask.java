package dev.conduit.rendezvous.dns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Asks a responder, with messages of dnsjava on both sides. */
final class Ask {

    static final InetAddress CLIENT = InetAddress.getLoopbackAddress();

    /** Of a clock that stands still. */
    static final Cookies COOKIES = new Cookies(() -> new byte[16], () -> 1_700_000_000L);

    private final Responder responder;
    private final Zones zones;

    Ask(Responder responder, Zones zones) {
        this.responder = responder;
        this.zones = zones;
    }

    static Ask of(ServedZone... zones) {
        return new Ask(new Responder(new SourceLookups(10), Forwarding.NONE, COOKIES), new Zones(List.of(zones)));
    }

    static Message query(String name, int type) {
        return Message.newQuery(Record.newRecord(ZoneTexts.name(name), type, DClass.IN));
    }

    static Message withEdns(Message query, int payload) {
        query.addRecord(new OPTRecord(payload, 0, 0), Section.ADDITIONAL);
        return query;
    }

    static Message withCookie(Message query, byte[] cookie) {
        query.addRecord(new OPTRecord(1232, 0, 0, 0, List.of(new GenericEDNSOption(Wire.COOKIE, cookie))),
                Section.ADDITIONAL);
        return query;
    }

    /** The cookie of a reply, or null. */
    static byte[] cookie(Message reply) {
        return reply.getOPT() == null ? null : reply.getOPT().getOptions(Wire.COOKIE).stream().findFirst()
                .map(Ask::data).orElse(null);
    }

    private static byte[] data(EDNSOption option) {
        byte[] wire = option.toWire();
        return Arrays.copyOfRange(wire, Wire.OPTION, wire.length);
    }

    Responder responder() {
        return responder;
    }

    Message udp(String name, int type) {
        return read(bytes(query(name, type).toWire(), true));
    }

    Message udp(Message query) {
        return read(bytes(query.toWire(), true));
    }

    Message tcp(Message query) {
        return read(bytes(query.toWire(), false));
    }

    /** The reply, or null when there is none. */
    byte[] bytes(byte[] query, boolean udp) {
        int length = responder.respond(query, query.length, CLIENT, udp, zones, List.of(), 0);
        if (length == Responder.WAIT) {
            throw new IllegalStateException("has to wait");
        }
        return length == 0 ? null : Arrays.copyOf(responder.reply(), length);
    }

    static Message read(byte[] reply) {
        try {
            return new Message(reply);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The records of a section as texts: name, TTL, type and data, with one space between. */
    static List<String> texts(Message reply, int section) {
        return reply.getSection(section).stream().filter(each -> each.getType() != Type.OPT)
                .map(each -> text(each.getName(), each)).toList();
    }

    private static String text(Name owner, Record each) {
        return owner + " " + each.getTTL() + " " + Type.string(each.getType()) + " " + each.rdataToString();
    }
}
