package dev.conduit.rendezvous.dns;

import java.io.IOException;
import java.util.List;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/** A reply of an upstream server, without OPT. Immutable. */
final class UpstreamReply extends DnsAnswer {

    private static final long MAX_TTL_SECONDS = 86400;
    private static final long FAILURE_SECONDS = 1;
    private static final long SECOND = 1_000_000_000L;

    private final byte[] bytes;
    private final long born;
    private final int[] ttls;
    private final long seconds;

    private UpstreamReply(byte[] bytes, long born, long seconds) {
        this.bytes = bytes;
        this.born = born;
        this.seconds = seconds;
        this.ttls = ttlOffsets(bytes);
    }

    /** Takes a message over; everything in it is read and written anew. */
    static UpstreamReply of(Message message, long nanoTime) {
        Record opt = message.getOPT();
        if (opt != null) {
            message.removeRecord(opt, Section.ADDITIONAL);
        }
        byte[] wire = message.toWire();
        return new UpstreamReply(wire, nanoTime, lifetime(message));
    }

    /** How long it may be kept, seconds: the lowest TTL, or what the SOA record of a denial allows (RFC 2308). */
    private static long lifetime(Message message) {
        int rcode = message.getHeader().getRcode();
        if (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN) {
            return FAILURE_SECONDS;
        }
        long lowest = Long.MAX_VALUE;
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            for (Record each : message.getSection(section)) {
                lowest = Math.min(lowest, each.getTTL());
            }
        }
        int type = message.getQuestion().getType();
        boolean denial = rcode == Rcode.NXDOMAIN
                || message.getSection(Section.ANSWER).stream().noneMatch(each -> each.getType() == type);
        if (denial) {
            lowest = Math.min(lowest, message.getSection(Section.AUTHORITY).stream()
                    .filter(SOARecord.class::isInstance)
                    .mapToLong(each -> ((SOARecord) each).getMinimum()).findFirst().orElse(0));
        }
        return Math.min(lowest, MAX_TTL_SECONDS);
    }

    private static int[] ttlOffsets(byte[] wire) {
        int count = Wire.u16(wire, Wire.ANSWERS) + Wire.u16(wire, Wire.AUTHORITY) + Wire.u16(wire, Wire.ADDITIONAL);
        int[] offsets = new int[count];
        int position = Wire.skipName(wire, Wire.HEADER, wire.length) + 4;
        for (int i = 0; i < count; i++) {
            int fields = Wire.skipName(wire, position, wire.length);
            offsets[i] = fields + Wire.TTL;
            position = fields + Wire.RDATA + Wire.u16(wire, fields + Wire.RDLENGTH);
        }
        return offsets;
    }

    int rcode() {
        return Wire.u16(bytes, Wire.FLAGS) & Wire.RCODE;
    }

    /** The flag that says that an upstream server has validated the answer. */
    boolean authenticated() {
        return (Wire.u16(bytes, Wire.FLAGS) & Wire.AD) != 0;
    }

    int length() {
        return bytes.length;
    }

    boolean expired(long nanoTime) {
        return nanoTime - born >= seconds * SECOND;
    }

    /** The message as it stands now: TTLs are what is left of them. */
    byte[] aged(long nanoTime) {
        byte[] copy = bytes.clone();
        long age = Math.max(0, (nanoTime - born) / SECOND);
        for (int offset : ttls) {
            Wire.put32(copy, offset, Math.max(0, Wire.u32(copy, offset) - age));
        }
        return copy;
    }

    /** Adds the records of the answer section, for an alias that leads here. */
    void appendAnswers(ReplyWriter writer, long nanoTime) {
        try {
            List<Record> answers = new Message(aged(nanoTime)).getSection(Section.ANSWER);
            for (Record each : answers) {
                byte[] record = each.toWire(Section.ANSWER);
                writer.append(record, 0, record.length, 1, Wire.ANSWERS);
            }
        } catch (IOException e) {
            throw new IllegalStateException("a message that was written here cannot be read", e);
        }
    }
}
