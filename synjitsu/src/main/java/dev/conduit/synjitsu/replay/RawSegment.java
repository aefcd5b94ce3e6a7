package dev.conduit.synjitsu.replay;

import java.nio.ByteBuffer;

/**
 * A TCP segment where it lies in an IP packet, to be changed in place: the checksum follows each change (RFC 1624, 3), so
 * one that was wrong stays wrong. One object serves for all frames; nothing is allocated.
 */
final class RawSegment {

    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int ACK = 0x10;
    static final int NONE = -1;

    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    private static final int TIMESTAMP_BYTES = 12;
    private static final int MOST_HEADER = 60;
    private static final int TCP = 6;
    private static final int MORE_AND_OFFSET = 0x3fff;

    private ByteBuffer bytes;
    private int ip;
    private int tcp;
    private int header;
    private int end;
    private int sum;
    /** Where the options' values stand, or {@link #NONE}. */
    private int timestampAt;
    private int sackAt;
    private int sackEnd;

    final Flow flow = new Flow();

    /**
     * Looks at a packet.
     *
     * @param in the buffer, which stays as it is
     * @param at where the IP header begins, up to the buffer's limit
     * @return false when this is no TCP segment in one piece directly behind its IP header; then nothing else holds
     */
    boolean read(ByteBuffer in, int at) {
        bytes = in;
        ip = at;
        int room = in.limit() - at;
        if (room < IPV4_HEADER + TCP_HEADER) {
            return false;
        }
        int version = in.get(at) >> 4 & 0xf;
        if (version == 4) {
            tcp = at + (in.get(at) & 0xf) * 4;
            end = at + (in.getShort(at + 2) & 0xffff);
            if (in.get(at + 9) != TCP || tcp < at + IPV4_HEADER || (in.getShort(at + 6) & MORE_AND_OFFSET) != 0) {
                return false;
            }
        } else if (version == 6 && room >= IPV6_HEADER + TCP_HEADER && in.get(at + 6) == TCP) {
            tcp = at + IPV6_HEADER;
            end = tcp + (in.getShort(at + 4) & 0xffff);
        } else {
            return false;
        }
        if (end > in.limit() || end - tcp < TCP_HEADER) {
            return false;
        }
        header = (in.get(tcp + 12) >> 4 & 0xf) * 4;
        if (header < TCP_HEADER || header > end - tcp || !readOptions()) {
            return false;
        }
        flow.read(in, at, tcp);
        sum = 0;
        return true;
    }

    private boolean readOptions() {
        timestampAt = NONE;
        sackAt = NONE;
        int limit = tcp + header;
        int at = tcp + TCP_HEADER;
        while (at < limit) {
            int kind = bytes.get(at);
            if (kind == 0) {
                return true;
            }
            if (kind == 1) {
                at++;
                continue;
            }
            int length = at + 2 > limit ? 0 : bytes.get(at + 1) & 0xff;
            if (length < 2 || at + length > limit) {
                return false;
            }
            if (kind == 8 && length == 10) {
                timestampAt = at + 2;
            } else if (kind == 5 && length % 8 == 2) {
                sackAt = at + 2;
                sackEnd = at + length;
            }
            at += length;
        }
        return true;
    }

    int sequence() {
        return bytes.getInt(tcp + 4);
    }

    int acknowledgement() {
        return bytes.getInt(tcp + 8);
    }

    boolean has(int flag) {
        return (bytes.get(tcp + 13) & flag) != 0;
    }

    int window() {
        return bytes.getShort(tcp + 14) & 0xffff;
    }

    int payloadLength() {
        return end - tcp - header;
    }

    /** The sequence number behind it. */
    int next() {
        return sequence() + payloadLength() + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
    }

    boolean hasTimestamps() {
        return timestampAt != NONE;
    }

    int timestamp() {
        return bytes.getInt(timestampAt);
    }

    int echo() {
        return bytes.getInt(timestampAt + 4);
    }

    boolean hasSack() {
        return sackAt != NONE;
    }

    void addToSequence(int by) {
        setInt(tcp + 4, sequence() + by);
    }

    void setAcknowledgement(int number) {
        setInt(tcp + 8, number);
    }

    void setWindow(int window) {
        int old = window();
        if (old != window) {
            bytes.putShort(tcp + 14, (short) window);
            change(~old & 0xffff, window, tcp + 14);
        }
    }

    void addToTimestamp(int by) {
        setInt(timestampAt, timestamp() + by);
    }

    void addToEcho(int by) {
        setInt(timestampAt + 4, echo() + by);
    }

    void addToSack(int by) {
        for (int at = sackAt; at < sackEnd; at += 4) {
            setInt(at, bytes.getInt(at) + by);
        }
    }

    /** Leaves no-operations in the place of the SACK option. */
    void removeSack() {
        remove(sackAt - 2, sackEnd);
        sackAt = NONE;
    }

    /** Likewise. */
    void removeTimestamps() {
        remove(timestampAt - 2, timestampAt + 8);
        timestampAt = NONE;
    }

    private void remove(int from, int to) {
        for (int at = from; at < to; at++) {
            int old = bytes.get(at) & 0xff;
            bytes.put(at, (byte) 1);
            // A byte is the high or the low half of its word, and its complement must not touch the other half.
            int shift = (at - tcp & 1) == 0 ? 8 : 0;
            sum = fold(sum + (~(old << shift) & 0xffff) + (1 << shift));
        }
    }

    private void setInt(int at, int value) {
        int old = bytes.getInt(at);
        if (old != value) {
            bytes.putInt(at, value);
            change((~old >>> 16) + (~old & 0xffff), (value >>> 16) + (value & 0xffff), at);
        }
    }

    /** One's complement sums may be added with their bytes exchanged, which is what an odd place does. */
    private void change(int without, int with, int at) {
        int delta = fold(fold(without + with));
        if ((at - tcp & 1) != 0) {
            delta = (delta & 0xff) << 8 | delta >>> 8;
        }
        sum = fold(sum + delta);
    }

    private static int fold(int sum) {
        return (sum & 0xffff) + (sum >>> 16);
    }

    /**
     * Copies the frame, with a timestamp before all other options; without those, where there is no room for both.
     *
     * @param to with room for 12 bytes more; from position 0 to its limit afterwards
     */
    void copyWithTimestamp(ByteBuffer to, int value, int echo) {
        int kept = header + TIMESTAMP_BYTES > MOST_HEADER ? 0 : header - TCP_HEADER;
        int options = tcp + TCP_HEADER;
        int behind = options + TIMESTAMP_BYTES;
        int newEnd = end + TIMESTAMP_BYTES - (header - TCP_HEADER - kept);
        to.clear().limit(newEnd).put(0, bytes, 0, options);
        to.putInt(options, 0x0101_080a).putInt(options + 4, value).putInt(options + 8, echo);
        to.put(behind, bytes, options, kept).put(behind + kept, bytes, tcp + header, payloadLength());
        if (to.get(ip) >> 4 == 4) {
            int length = to.getShort(ip + 2) & 0xffff;
            to.putShort(ip + 2, (short) (newEnd - ip));
            to.putShort(ip + 10, checksum(to.getShort(ip + 10), (~length & 0xffff) + newEnd - ip));
        } else {
            to.putShort(ip + 4, (short) (newEnd - tcp));
        }
        int offset = to.getShort(tcp + 12) & 0xffff;
        int newOffset = offset & 0xfff | (TCP_HEADER + TIMESTAMP_BYTES + kept) / 4 << 12;
        to.putShort(tcp + 12, (short) newOffset);
        int delta = (~(end - tcp) & 0xffff) + newEnd - tcp + (~offset & 0xffff) + newOffset;
        for (int at = options; at < behind; at += 2) {
            delta += to.getShort(at) & 0xffff;
        }
        for (int at = options + kept; at < tcp + header; at += 2) {
            delta += ~bytes.getShort(at) & 0xffff;
        }
        to.putShort(tcp + 16, checksum(to.getShort(tcp + 16), fold(delta)));
    }

    private static short checksum(int old, int delta) {
        return (short) ~fold(fold((~old & 0xffff) + delta));
    }

    /** Brings the checksum up to date with what was changed. */
    void finish() {
        if (sum != 0) {
            bytes.putShort(tcp + 16, checksum(bytes.getShort(tcp + 16), sum));
            sum = 0;
        }
    }
}
