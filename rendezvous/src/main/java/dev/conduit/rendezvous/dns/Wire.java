package dev.conduit.rendezvous.dns;

/** Layout of a DNS message: header and records (RFC 1035 section 4.1), OPT (RFC 6891 section 6.1). */
final class Wire {

    /** Offsets in the header, each of 16 bits. */
    static final int ID = 0;
    static final int FLAGS = 2;
    static final int QUESTIONS = 4;
    static final int ANSWERS = 6;
    static final int AUTHORITY = 8;
    static final int ADDITIONAL = 10;
    static final int HEADER = 12;

    /** Bits of the flags. */
    static final int QR = 0x8000;
    static final int OPCODE = 0x7800;
    static final int AA = 0x0400;
    static final int TC = 0x0200;
    static final int RD = 0x0100;
    static final int RA = 0x0080;
    static final int AD = 0x0020;
    static final int CD = 0x0010;
    static final int RCODE = 0x000F;

    /** Offsets in a record, from the end of its owner's name. */
    static final int TYPE = 0;
    static final int CLASS = 2;
    static final int TTL = 4;
    static final int RDLENGTH = 8;
    static final int RDATA = 10;

    /** The top bit of OPT's flags, the lower half of its TTL field. */
    static final int DNSSEC_OK = 0x8000;

    /** OPT with no options: root name, then the fields above. */
    static final int OPT_LENGTH = 1 + RDATA;

    /** Code and length of an option in OPT; the code of a cookie (RFC 7873 section 4). */
    static final int OPTION = 4;
    static final int COOKIE = 10;

    static final int MAX_LABEL = 63;
    static final int MAX_NAME = 255;
    static final int MAX_MESSAGE = 65535;

    /** What a client without EDNS takes over UDP. */
    static final int PLAIN_UDP = 512;

    /** Largest UDP reply: no fragments on any common path (DNS flag day 2020). */
    static final int MAX_UDP = 1232;

    /** The first of the two bytes of a compressed name; an offset of 14 bits follows. */
    static final int POINTER = 0xC000;

    private Wire() {}

    static int u16(byte[] from, int at) {
        return (from[at] & 0xFF) << 8 | from[at + 1] & 0xFF;
    }

    static long u32(byte[] from, int at) {
        return (long) u16(from, at) << 16 | u16(from, at + 2);
    }

    static void put16(byte[] to, int at, int value) {
        to[at] = (byte) (value >> 8);
        to[at + 1] = (byte) value;
    }

    static void put32(byte[] to, int at, long value) {
        put16(to, at, (int) (value >> 16));
        put16(to, at + 2, (int) value);
    }

    /** Steps over a name, compressed or not; returns the offset behind it, or -1 when it runs over the end. */
    static int skipName(byte[] from, int at, int end) {
        int position = at;
        while (position < end) {
            int length = from[position] & 0xFF;
            if (length == 0) {
                return position + 1;
            }
            if (length >= POINTER >> 8) {
                return position + 2 <= end ? position + 2 : -1;
            }
            if (length > MAX_LABEL) {
                return -1;
            }
            position += 1 + length;
        }
        return -1;
    }
}
