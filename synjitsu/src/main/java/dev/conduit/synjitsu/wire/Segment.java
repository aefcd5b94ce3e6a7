package dev.conduit.synjitsu.wire;

import java.nio.ByteBuffer;

/**
 * A TCP segment (RFC 9293, 3.1) with its addresses. What was read is a view of the frame: who keeps the payload copies it.
 * <pre>
 *  0  2  source port
 *  2  2  destination port
 *  4  4  sequence number
 *  8  4  acknowledgement number
 * 12  1  length of the header in 4 bytes (high four bits)
 * 13  1  flags
 * 14  2  window, not scaled
 * 16  2  checksum, over the pseudo header, too
 * 18  2  urgent pointer, not used
 * 20     options, payload
 * </pre>
 *
 * @param source the sender's address
 * @param sourcePort the sender's port, 1 to 65535
 * @param destination the receiver's address, of the same family
 * @param destinationPort the receiver's port, 1 to 65535
 * @param sequence the sequence number of its SYN, or else of its first byte; unsigned 32 bits
 * @param acknowledgement the sequence number that its sender expects next; counts with {@link #ACK}
 * @param flags {@link #FIN}, {@link #SYN} and so on, or-ed
 * @param window the window as it stands in the segment, 0 to 65535, not scaled
 * @param options those that the front knows
 * @param payload the data, from position to limit; each call gives a new view of it, read-only
 * @param via who sent it on the link or, of an answer, who it goes to there: the bits of a MAC address, or {@link #NO_VIA}
 */
public record Segment(IpAddress source, int sourcePort, IpAddress destination, int destinationPort,
        int sequence, int acknowledgement, int flags, int window, TcpOptions options, ByteBuffer payload, long via) {

    /** The sender has nothing more to send. */
    public static final int FIN = 0x01;
    /** First of a connection: the sequence number is the initial one. */
    public static final int SYN = 0x02;
    /** There is no such connection. */
    public static final int RST = 0x04;
    /** Data that is to be given on at once. */
    public static final int PSH = 0x08;
    /** The acknowledgement number counts. */
    public static final int ACK = 0x10;

    /** {@link #via} of a segment whose sender or receiver on the link is not known. */
    public static final long NO_VIA = 0;

    static final int HEADER = 20;

    private static final int DESTINATION_PORT = 2;
    private static final int SEQUENCE = 4;
    private static final int ACKNOWLEDGEMENT = 8;
    private static final int LENGTH_AND_FLAGS = 12;
    private static final int WINDOW = 14;
    private static final int CHECKSUM = 16;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    /**
     * Begins a segment without flags, options and payload.
     *
     * @param source from this address
     * @param sourcePort and this port
     * @param destination to this address, of the same family
     * @param destinationPort and this port
     * @return to be filled in
     */
    public static Builder from(IpAddress source, int sourcePort, IpAddress destination, int destinationPort) {
        return new Builder(source, sourcePort, destination, destinationPort);
    }

    /**
     * Takes a segment apart and verifies its checksum.
     *
     * @param packet a packet of TCP
     * @param via who sent it on the link; goes into the answers
     * @param drops counts it when it is dropped
     * @return the segment, or {@code null} when it was dropped
     */
    public static Segment read(IpPacket packet, long via, Drops drops) {
        ByteBuffer bytes = packet.payload();
        int length = bytes.remaining();
        if (length < HEADER) {
            return drops.drop(DropReason.TRUNCATED);
        }
        int header = (bytes.get(LENGTH_AND_FLAGS) >> 4 & 0xf) * 4;
        if (header < HEADER || header > length) {
            return drops.drop(DropReason.BAD_HEADER);
        }
        long sum = Checksum.pseudoHeader(packet.source(), packet.destination(), IpPacket.TCP, length);
        if (Checksum.finish(Checksum.add(sum, bytes, 0, length)) != 0) {
            return drops.drop(DropReason.BAD_CHECKSUM);
        }
        TcpOptions options = TcpOptions.read(bytes.duplicate().position(HEADER).limit(header));
        if (options == null) {
            return drops.drop(DropReason.BAD_HEADER);
        }
        int sourcePort = bytes.getShort(0) & 0xffff;
        int destinationPort = bytes.getShort(DESTINATION_PORT) & 0xffff;
        if (sourcePort == 0 || destinationPort == 0) {
            return drops.drop(DropReason.BAD_SOURCE);
        }
        return from(packet.source(), sourcePort, packet.destination(), destinationPort)
                .sequence(bytes.getInt(SEQUENCE))
                .acknowledgement(bytes.getInt(ACKNOWLEDGEMENT))
                .flags(bytes.get(LENGTH_AND_FLAGS + 1) & 0xff)
                .window(bytes.getShort(WINDOW) & 0xffff)
                .options(options)
                .payload(bytes.slice(header, length - header))
                .via(via)
                .build();
    }

    /**
     * Writes the segment in an IP packet, checksums included.
     *
     * @param room bytes to leave free in front
     * @return the packet behind {@code room} bytes, position 0
     */
    public ByteBuffer toPacket(int room) {
        int header = HEADER + options.length();
        int length = header + payload.remaining();
        int at = room + IpPacket.header(source);
        ByteBuffer packet = ByteBuffer.allocate(at + length).position(room);
        IpPacket.writeHeader(packet, source, destination, IpPacket.TCP, IpPacket.HOPS, length);
        packet.putShort((short) sourcePort).putShort((short) destinationPort).putInt(sequence).putInt(acknowledgement);
        packet.put((byte) (header / 4 << 4)).put((byte) flags).putShort((short) window).putInt(0);
        options.write(packet);
        packet.put(payload.duplicate());
        long sum = Checksum.pseudoHeader(source, destination, IpPacket.TCP, length);
        packet.putShort(at + CHECKSUM, Checksum.finish(Checksum.add(sum, packet, at, length)));
        return packet.rewind();
    }

    /**
     * Whether a flag is set.
     *
     * @param flag {@link #FIN}, {@link #SYN} and so on
     * @return whether it, or one of them, is
     */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /**
     * The data.
     *
     * @return a new view, read-only
     */
    @Override
    public ByteBuffer payload() {
        return payload.asReadOnlyBuffer();
    }

    /**
     * How much data.
     *
     * @return bytes
     */
    public int payloadLength() {
        return payload.remaining();
    }

    /**
     * How much it takes of the sequence numbers: its data, and one each for SYN and FIN.
     *
     * @return SEG.LEN of RFC 9293
     */
    public int sequenceLength() {
        return payloadLength() + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
    }

    @Override
    public String toString() {
        StringBuilder names = new StringBuilder();
        String letters = "FSRP.";
        for (int bit = 0; bit < letters.length(); bit++) {
            if ((flags >> bit & 1) != 0) {
                names.append(letters.charAt(bit));
            }
        }
        return source + ":" + sourcePort + " > " + destination + ":" + destinationPort + " [" + names + "] seq "
                + Integer.toUnsignedString(sequence) + " ack " + Integer.toUnsignedString(acknowledgement)
                + " win " + window + " len " + payloadLength();
    }

    /** A segment that is not complete yet. */
    public static final class Builder {

        private final IpAddress source;
        private final int sourcePort;
        private final IpAddress destination;
        private final int destinationPort;
        private int sequence;
        private int acknowledgement;
        private int flags;
        private int window;
        private TcpOptions options = TcpOptions.NONE;
        private ByteBuffer payload = NOTHING;
        private long via = NO_VIA;

        private Builder(IpAddress source, int sourcePort, IpAddress destination, int destinationPort) {
            this.source = source;
            this.sourcePort = sourcePort;
            this.destination = destination;
            this.destinationPort = destinationPort;
        }

        /**
         * Sets the sequence number.
         *
         * @param number unsigned 32 bits
         * @return this
         */
        public Builder sequence(int number) {
            sequence = number;
            return this;
        }

        /**
         * Sets the acknowledgement number.
         *
         * @param number unsigned 32 bits
         * @return this
         */
        public Builder acknowledgement(int number) {
            acknowledgement = number;
            return this;
        }

        /**
         * Sets the flags.
         *
         * @param set {@link #FIN}, {@link #SYN} and so on, or-ed
         * @return this
         */
        public Builder flags(int set) {
            flags = set;
            return this;
        }

        /**
         * Sets the window.
         *
         * @param shifted 0 to 65535, scaled already
         * @return this
         */
        public Builder window(int shifted) {
            window = shifted;
            return this;
        }

        /**
         * Sets the options.
         *
         * @param set at most 40 bytes of them
         * @return this
         */
        public Builder options(TcpOptions set) {
            options = set;
            return this;
        }

        /**
         * Sets the data.
         *
         * @param data from position to limit; not copied
         * @return this
         */
        public Builder payload(ByteBuffer data) {
            payload = data;
            return this;
        }

        /**
         * Sets who sent it on the link or, of an answer, who it goes to.
         *
         * @param bits of a MAC address, or {@link #NO_VIA}
         * @return this
         */
        public Builder via(long bits) {
            via = bits;
            return this;
        }

        /**
         * Completes it.
         *
         * @return the segment
         */
        public Segment build() {
            return new Segment(source, sourcePort, destination, destinationPort, sequence, acknowledgement, flags, window,
                    options, payload, via);
        }
    }
}
