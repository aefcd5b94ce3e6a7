package dev.conduit.rendezvous.dns;

import org.xbill.DNS.Opcode;
import org.xbill.DNS.Type;

/** A query, read from its bytes. Used over and over, for one query at a time. */
final class Query {

    /** What can be told from the form alone. */
    enum Verdict {
        /** Go on. */
        GOOD,
        /** Not to be answered: too short for a header, or itself a reply. */
        DROP,
        /** Malformed. */
        FORMERR,
        /** Some other operation than a query. */
        NOTIMP,
        /** Signed, and no key is known here (RFC 8945 section 5.2.1). */
        NOTAUTH
    }

    private final LookupName name = new LookupName();
    private byte[] message;
    private int length;
    private int questionEnd;
    private int type;
    private int dnsClass;
    private boolean edns;
    private int ednsVersion;
    private int payload;
    private boolean dnssecOk;
    private int cookie;
    private int cookieLength;

    Verdict parse(byte[] bytes, int size) {
        message = bytes;
        length = size;
        edns = false;
        dnssecOk = false;
        cookieLength = 0;
        payload = Wire.PLAIN_UDP;
        if (size < Wire.HEADER || (flags() & Wire.QR) != 0) {
            return Verdict.DROP;
        }
        if ((flags() & Wire.OPCODE) != Opcode.QUERY) {
            return Verdict.NOTIMP;
        }
        if (Wire.u16(bytes, Wire.QUESTIONS) != 1 || Wire.u16(bytes, Wire.ANSWERS) != 0) {
            return Verdict.FORMERR;
        }
        int position = name.read(bytes, Wire.HEADER, size);
        if (position < 0 || position + 4 > size) {
            return Verdict.FORMERR;
        }
        type = Wire.u16(bytes, position);
        dnsClass = Wire.u16(bytes, position + 2);
        questionEnd = position + 4;
        return parseRecords();
    }

    private Verdict parseRecords() {
        int authority = Wire.u16(message, Wire.AUTHORITY);
        int records = authority + Wire.u16(message, Wire.ADDITIONAL);
        int position = questionEnd;
        Verdict verdict = Verdict.GOOD;
        for (int i = 0; i < records; i++) {
            int fields = Wire.skipName(message, position, length);
            if (fields < 0 || fields + Wire.RDATA > length) {
                return Verdict.FORMERR;
            }
            int end = fields + Wire.RDATA + Wire.u16(message, fields + Wire.RDLENGTH);
            if (end > length) {
                return Verdict.FORMERR;
            }
            int recordType = Wire.u16(message, fields + Wire.TYPE);
            if (recordType == Type.OPT) {
                if (edns || i < authority || fields != position + 1 || !readOptions(fields + Wire.RDATA, end)) {
                    return Verdict.FORMERR;
                }
                readOpt(fields);
            } else if (recordType == Type.TSIG) {
                verdict = Verdict.NOTAUTH;
            }
            position = end;
        }
        return position == length ? verdict : Verdict.FORMERR;
    }

    /** Looks for a cookie, of which the first counts; returns false when the options are malformed. */
    private boolean readOptions(int begin, int end) {
        int option = begin;
        while (option + Wire.OPTION <= end) {
            int data = option + Wire.OPTION;
            int size = Wire.u16(message, option + 2);
            if (Wire.u16(message, option) == Wire.COOKIE && cookieLength == 0) {
                if (size != Cookies.CLIENT && (size < 2 * Cookies.CLIENT || size > Cookies.LONGEST)) {
                    return false;
                }
                cookie = data;
                cookieLength = size;
            }
            option = data + size;
        }
        return option == end;
    }

    private void readOpt(int fields) {
        edns = true;
        payload = Math.max(Wire.PLAIN_UDP, Wire.u16(message, fields + Wire.CLASS));
        ednsVersion = message[fields + Wire.TTL + 1] & 0xFF;
        dnssecOk = (Wire.u16(message, fields + Wire.TTL + 2) & Wire.DNSSEC_OK) != 0;
    }

    byte[] message() {
        return message;
    }

    int length() {
        return length;
    }

    int flags() {
        return Wire.u16(message, Wire.FLAGS);
    }

    boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    LookupName name() {
        return name;
    }

    /** Offset behind the question. */
    int questionEnd() {
        return questionEnd;
    }

    int type() {
        return type;
    }

    int dnsClass() {
        return dnsClass;
    }

    boolean edns() {
        return edns;
    }

    int ednsVersion() {
        return ednsVersion;
    }

    boolean dnssecOk() {
        return dnssecOk;
    }

    /** Offset of the client's cookie, with or without a server's behind it. */
    int cookie() {
        return cookie;
    }

    /** Length of both; 0: there is none. */
    int cookieLength() {
        return cookieLength;
    }

    /** Largest reply over UDP that the client takes. */
    int payload() {
        return payload;
    }
}
