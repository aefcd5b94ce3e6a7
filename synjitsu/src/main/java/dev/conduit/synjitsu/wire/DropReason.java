package dev.conduit.synjitsu.wire;

/** Why a frame or a segment got no further. */
public enum DropReason {
    /** Shorter than a header, or than a length in it says. */
    TRUNCATED,
    /** A version, a length or another field that cannot be. */
    BAD_HEADER,
    /** A checksum that does not match. */
    BAD_CHECKSUM,
    /** A source that nobody may send from, like a group or the destination itself; or a port 0. */
    BAD_SOURCE,
    /** A part of a datagram: the front does not put datagrams together. */
    FRAGMENT,
    /** An IPv6 extension header that is not understood, or too many of them. */
    EXTENSION_HEADER,
    /** An Ethernet type, a protocol or a message that is not the front's. */
    NOT_UNDERSTOOD,
    /** For an address that the front does not answer for. */
    OTHER_ADDRESS,
    /** Sent to a group or to everybody, where only a single host may be meant. */
    NOT_UNICAST,
    /** A combination of TCP flags that means nothing, like SYN with FIN. */
    BAD_FLAGS,
    /** No timestamp, though timestamps were agreed on (RFC 7323, 3.2), or an older one than was seen (PAWS). */
    BAD_TIMESTAMP,
    /** A sequence or acknowledgement number outside what is possible. */
    BAD_SEQUENCE,
    /** Data beyond the bytes that all connections together may keep, or in too many pieces. */
    NO_ROOM,
    /** A SYN, or the end of a handshake by cookie, beyond the number of connections. */
    TOO_MANY_CONNECTIONS,
    /** An answer left out because the same was given a moment ago. */
    RATE_LIMITED,
    /** An acknowledgement that is no cookie, while cookies are out. */
    NO_COOKIE,
    /** A frame beyond those kept during a hand-over. */
    NOT_KEPT,
    /** An answer whose receiver's MAC address is not known, or that the link has no way to send. */
    NO_ROUTE
}
