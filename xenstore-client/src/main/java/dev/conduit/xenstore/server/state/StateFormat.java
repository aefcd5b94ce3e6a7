package dev.conduit.xenstore.server.state;

/** Sizes and numbers of the format: big-endian, one record behind the other. */
final class StateFormat {

    /** The first eight bytes: {@code "CXSSTATE"}. */
    static final long MAGIC = 0x4358535354415445L;
    /** Bytes of the magic number. */
    static final int MAGIC_SIZE = 8;
    /** Behind it; another one is another format. */
    static final int VERSION = 1;
    /** Bytes of magic number and version. */
    static final int PREFIX_SIZE = MAGIC_SIZE + Integer.BYTES;
    /** Type (2 bytes) and length of the payload (4 bytes), before each payload. */
    static final int HEADER_SIZE = 6;
    /** CRC32C of all bytes from the first one of the file on, but for other checksums, behind each payload. */
    static final int CHECKSUM_SIZE = 4;
    /** Longest payload written and read. */
    static final int PAYLOAD_MAX = 128 << 10;
    /** Bytes of a connection's input or output in one record. */
    static final int CHUNK = 64 << 10;

    private StateFormat() {
    }
}
