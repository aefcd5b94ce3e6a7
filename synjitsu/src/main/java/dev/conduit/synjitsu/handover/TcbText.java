package dev.conduit.synjitsu.handover;

import dev.conduit.synjitsu.replay.Ends;
import dev.conduit.synjitsu.replay.Offsets;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Segment;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The value of a {@code tcb} node: an s-expression {@code ((key value) ...)} of a connection without its state and data,
 * as {@code ((dst 0a09000a) (dst-port 80) (src 0a090001) (src-port 50000) (snd-nxt 1) ...)}. Addresses are in hexadecimal,
 * numbers decimal and unsigned. Keys that are not known are passed over.
 */
final class TcbText {

    private static final int MAC_DIGITS = 12;
    private static final String CLIENT_END = "client-end";
    private static final String GUEST_END = "guest-end";
    private static final int MAX_SCALE = 14;
    private static final int MAX_WINDOW = 0xFFFF << MAX_SCALE;
    private static final long UNSIGNED = 0xFFFF_FFFFL;

    private TcbText() {}

    /** With {@code via}, who the client is reached by on the front's link: only a front reads that. */
    static String format(Tcb tcb, long via) {
        StringBuilder text = new StringBuilder(512).append("((via ").append(Long.toHexString(via)).append(") ");
        address(text, "dst", tcb.local());
        address(text, "src", tcb.remote());
        sequence(text, "snd-nxt", tcb.sendNext());
        sequence(text, "snd-una", tcb.sendUnacknowledged());
        sequence(text, "snd-wnd", tcb.sendWindow());
        sequence(text, "snd-wl1", tcb.sendWindowUpdate());
        sequence(text, "max-wnd", tcb.greatestSendWindow());
        sequence(text, "rcv-nxt", tcb.receiveNext());
        sequence(text, "rcv-wnd", tcb.receiveWindow());
        if (tcb.sendScale() >= 0) {
            sequence(text, "snd-scale", tcb.sendScale());
            sequence(text, "rcv-scale", tcb.receiveScale());
        }
        sequence(text, "mss", tcb.maxSegment());
        sequence(text, "sack", tcb.sack() ? 1 : 0);
        if (tcb.timestamps()) {
            sequence(text, "ts-recent", tcb.recentTimestamp());
            sequence(text, "ts-ours", tcb.ourTimestamp());
        }
        text.setCharAt(text.length() - 1, ')');
        return text.toString();
    }

    /** With how it is translated to a guest, and what has passed of its end. */
    static String format(Tcb tcb, long via, Offsets offsets, Ends ends) {
        StringBuilder text = new StringBuilder(format(tcb, via));
        text.setCharAt(text.length() - 1, ' ');
        text.append("(guest ").append(Long.toHexString(offsets.guest().bits())).append(") ");
        sequence(text, "guest-seq", offsets.sequence());
        sequence(text, "guest-sack", offsets.sack() ? 1 : 0);
        sequence(text, "guest-mss", offsets.maxSegment());
        if (offsets.scale() >= 0) {
            sequence(text, "guest-scale", offsets.scale());
        }
        if (offsets.timestamps()) {
            sequence(text, "guest-ts", offsets.timestamp());
        } else {
            sequence(text, "guest-clock", offsets.timestamp());
        }
        ends.client().ifPresent(number -> sequence(text, CLIENT_END, number));
        ends.guest().ifPresent(number -> sequence(text, GUEST_END, number));
        text.setCharAt(text.length() - 1, ')');
        return text.toString();
    }

    private static void address(StringBuilder text, String key, InetSocketAddress of) {
        text.append('(').append(key).append(' ').append(HexFormat.of().formatHex(of.getAddress().getAddress())).append(") ");
        sequence(text, key + "-port", of.getPort());
    }

    private static void sequence(StringBuilder text, String key, int value) {
        text.append('(').append(key).append(' ').append(Integer.toUnsignedString(value)).append(") ");
    }

    /**
     * Makes a connection of what was read.
     *
     * @throws IllegalArgumentException when it is none; one line that names what
     */
    static Tcb tcb(TcbFields fields, TcpState state, byte[] data) {
        boolean scaled = fields.has("snd-scale");
        boolean timestamps = fields.has("ts-recent");
        InetSocketAddress local = fields.address("dst");
        InetSocketAddress remote = fields.address("src");
        if (local.getAddress() instanceof Inet4Address != remote.getAddress() instanceof Inet4Address) {
            throw new IllegalArgumentException("tcb has addresses of two families");
        }
        return new Tcb(local, remote, state,
                fields.number("snd-nxt", UNSIGNED), fields.number("snd-una", UNSIGNED),
                fields.number("snd-wnd", MAX_WINDOW), fields.number("snd-wl1", UNSIGNED),
                fields.number("max-wnd", MAX_WINDOW),
                fields.number("rcv-nxt", UNSIGNED), fields.number("rcv-wnd", MAX_WINDOW),
                scaled ? fields.number("snd-scale", MAX_SCALE) : -1, scaled ? fields.number("rcv-scale", MAX_SCALE) : -1,
                fields.number("mss", 0xFFFF), fields.number("sack", 1) == 1, timestamps,
                timestamps ? fields.number("ts-recent", UNSIGNED) : 0, timestamps ? fields.number("ts-ours", UNSIGNED) : 0,
                data);
    }

    /** Who the client is reached by; {@link Segment#NO_VIA} when that is not said. */
    static long via(TcbFields fields) {
        return fields.has("via") && fields.text("via").length() <= MAC_DIGITS
                ? Long.parseLong(fields.text("via"), 16) : Segment.NO_VIA;
    }

    /**
     * How it is translated to a guest; empty when it is not.
     *
     * @throws IllegalArgumentException when something of it is missing or wrong; one line that names what
     */
    static Optional<Offsets> offsets(TcbFields fields) {
        if (!fields.has("guest")) {
            return Optional.empty();
        }
        String mac = fields.text("guest");
        if (mac.length() > MAC_DIGITS) {
            throw new IllegalArgumentException("tcb field 'guest' is '" + mac + "', not a MAC address");
        }
        boolean timestamps = fields.has("guest-ts");
        return Optional.of(new Offsets(new MacAddress(Long.parseLong(mac, 16)), fields.number("guest-seq", UNSIGNED),
                fields.number(timestamps ? "guest-ts" : "guest-clock", UNSIGNED), timestamps,
                fields.number("guest-sack", 1) == 1,
                fields.has("guest-scale") ? fields.number("guest-scale", MAX_SCALE) : -1,
                Math.max(1, fields.number("guest-mss", 0xFFFF))));
    }

    /** @throws IllegalArgumentException when something of it is no number; one line that names what */
    static Ends ends(TcbFields fields) {
        return new Ends(end(fields, CLIENT_END), end(fields, GUEST_END));
    }

    private static OptionalInt end(TcbFields fields, String key) {
        return fields.has(key) ? OptionalInt.of(fields.number(key, UNSIGNED)) : OptionalInt.empty();
    }
}
