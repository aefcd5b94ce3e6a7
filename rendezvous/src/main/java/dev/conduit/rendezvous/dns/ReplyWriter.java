package dev.conduit.rendezvous.dns;

import java.net.InetAddress;
import java.util.Arrays;
import org.xbill.DNS.Type;

/** Builds a reply. Used over and over, for one at a time. */
final class ReplyWriter {

    private final byte[] out = new byte[Wire.MAX_MESSAGE];
    private Query query;
    private int position;
    private int limit;
    private int flags;
    private int rcode;
    private boolean overflow;
    private final byte[] cookie = new byte[Cookies.WHOLE];
    private boolean hasCookie;

    /** Starts with the header and question of the query; the limit is that of the whole reply. */
    void begin(Query asked, int largest, Cookies cookies, InetAddress client) {
        query = asked;
        limit = asked.edns() ? largest - Wire.OPT_LENGTH : largest;
        hasCookie = asked.cookieLength() > 0;
        if (hasCookie) {
            System.arraycopy(asked.message(), asked.cookie(), cookie, 0, Cookies.CLIENT);
            cookies.give(cookie, 0, client);
            limit -= Wire.OPTION + Cookies.WHOLE;
        }
        position = asked.questionEnd();
        // The client's own spelling of the name goes back.
        System.arraycopy(asked.message(), 0, out, 0, position);
        flags = Wire.QR | asked.flags() & (Wire.OPCODE | Wire.RD | Wire.CD);
        rcode = 0;
        clearSections();
    }

    private void clearSections() {
        Arrays.fill(out, Wire.ANSWERS, Wire.HEADER, (byte) 0);
        overflow = false;
    }

    void setFlags(int bits) {
        flags |= bits;
    }

    void clearFlags(int bits) {
        flags &= ~bits;
    }

    void setRcode(int code) {
        rcode = code;
    }

    /** Takes back all records and says only this. */
    void fail(int code) {
        position = query.questionEnd();
        clearSections();
        clearFlags(Wire.AA);
        rcode = code;
    }

    int rcode() {
        return rcode;
    }

    byte[] bytes() {
        return out;
    }

    int position() {
        return position;
    }

    /**
     * Adds records.
     *
     * @param section offset of the section's counter in the header
     * @param owner offset of the owner's name in this reply, less than 2^14
     */
    void add(RrSet set, int section, int owner) {
        int begin = position;
        if (append(set.bytes(), set.offset(), set.length(), set.count(), section) && owner != Wire.HEADER) {
            for (int at = begin; at < position; at = nextRecord(at)) {
                Wire.put16(out, at, Wire.POINTER | owner);
            }
        }
    }

    /** Adds records that have their owners' names with them. */
    boolean append(byte[] records, int offset, int length, int count, int section) {
        if (position + length > limit) {
            overflow = true;
            return false;
        }
        System.arraycopy(records, offset, out, position, length);
        position += length;
        Wire.put16(out, section, Wire.u16(out, section) + count);
        return true;
    }

    /** Where the record after one that was added by {@link #add} begins. */
    int nextRecord(int record) {
        int data = rdata(record);
        return data + Wire.u16(out, data - Wire.RDATA + Wire.RDLENGTH);
    }

    /** Where the data of a record begins that was added by {@link #add}. */
    static int rdata(int record) {
        return record + 2 + Wire.RDATA;
    }

    boolean overflowed() {
        return overflow;
    }

    /** Puts a whole message in place of everything but id, question and OPT, with its sections and result. */
    void relay(byte[] message) {
        if (message.length > limit) {
            overflow = true;
        } else {
            int end = query.questionEnd();
            System.arraycopy(message, end, out, end, message.length - end);
            System.arraycopy(message, Wire.ANSWERS, out, Wire.ANSWERS, Wire.HEADER - Wire.ANSWERS);
            position = message.length;
        }
    }

    /** Leaves the question only, with the sign to come back over TCP. */
    int finishTruncated() {
        position = query.questionEnd();
        clearSections();
        flags |= Wire.TC;
        return finish();
    }

    /** Ends the reply and returns its length. */
    int finish() {
        Wire.put16(out, Wire.FLAGS, flags | rcode & Wire.RCODE);
        boolean withRecords = position > query.questionEnd();
        if (query.edns()) {
            out[position] = 0;
            int fields = position + 1;
            Wire.put16(out, fields + Wire.TYPE, Type.OPT);
            Wire.put16(out, fields + Wire.CLASS, Wire.MAX_UDP);
            Wire.put16(out, fields + Wire.TTL, rcode >> 4 << 8);
            Wire.put16(out, fields + Wire.TTL + 2, query.dnssecOk() ? Wire.DNSSEC_OK : 0);
            Wire.put16(out, fields + Wire.RDLENGTH, 0);
            Wire.put16(out, Wire.ADDITIONAL, Wire.u16(out, Wire.ADDITIONAL) + 1);
            position = fields + Wire.RDATA;
            addCookie(fields, withRecords);
        }
        return position;
    }

    /** A reply without records is never longer than its query: then a client that has no cookie yet waits for another. */
    private void addCookie(int opt, boolean withRecords) {
        int length = Wire.OPTION + Cookies.WHOLE;
        if (hasCookie && (withRecords || position + length <= query.length())) {
            Wire.put16(out, opt + Wire.RDLENGTH, length);
            Wire.put16(out, position, Wire.COOKIE);
            Wire.put16(out, position + 2, Cookies.WHOLE);
            System.arraycopy(cookie, 0, out, position + Wire.OPTION, Cookies.WHOLE);
            position += length;
        }
    }

    /** A reply of a header only, for what is not understood well enough to copy more. */
    int headerOnly(Query asked, int code) {
        rcode = code;
        System.arraycopy(asked.message(), 0, out, 0, Wire.QUESTIONS);
        Arrays.fill(out, Wire.QUESTIONS, Wire.HEADER, (byte) 0);
        Wire.put16(out, Wire.FLAGS, Wire.QR | asked.flags() & (Wire.OPCODE | Wire.RD) | code);
        return Wire.HEADER;
    }
}
