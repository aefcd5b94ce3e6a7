package dev.conduit.synjitsu.handover;

import dev.conduit.synjitsu.replay.Offsets;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Segment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of a {@code tcb} node: an s-expression {@code ((key value) ...)} of a connection without its state and data,
 * as {@code ((dst 0a09000a) (dst-port 80) (src 0a090001) (src-port 50000) (snd-nxt 1) ...)}. Addresses are in hexadecimal,
 * numbers decimal and unsigned. Keys that are not known are passed over.
 */
final class TcbText {

    private static final int MAX_BYTES = 1024;
    private static final int MAX_SCALE = 14;
    private static final int MAX_WINDOW = 0xFFFF << MAX_SCALE;
    private static final long UNSIGNED = 0xFFFF_FFFFL;

    private static final Pattern PAIR = Pattern.compile("\\(([a-z0-9-]{1,16}) ([0-9a-f]{1,32})\\) ?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
    private static final Pattern VIA = Pattern.compile("[0-9a-f]{1,12}");

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

    /** With how it is translated to a guest. */
    static String format(Tcb tcb, long via, Offsets offsets) {
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
     * Reads one.
     *
     * @throws IllegalArgumentException when it is none; one line that names what
     */
    static Tcb parse(byte[] value, TcpState state, byte[] data) {
        if (value.length > MAX_BYTES) {
            throw new IllegalArgumentException("tcb of " + value.length + " bytes is longer than " + MAX_BYTES);
        }
        Map<String, String> fields = fields(new String(value, StandardCharsets.ISO_8859_1));
        boolean scaled = fields.containsKey("snd-scale");
        boolean timestamps = fields.containsKey("ts-recent");
        InetSocketAddress local = address(fields, "dst");
        InetSocketAddress remote = address(fields, "src");
        if (local.getAddress() instanceof Inet4Address != remote.getAddress() instanceof Inet4Address) {
            throw new IllegalArgumentException("tcb has addresses of two families");
        }
        return new Tcb(local, remote, state,
                number(fields, "snd-nxt", UNSIGNED), number(fields, "snd-una", UNSIGNED),
                number(fields, "snd-wnd", MAX_WINDOW), number(fields, "snd-wl1", UNSIGNED),
                number(fields, "max-wnd", MAX_WINDOW),
                number(fields, "rcv-nxt", UNSIGNED), number(fields, "rcv-wnd", MAX_WINDOW),
                scaled ? number(fields, "snd-scale", MAX_SCALE) : -1, scaled ? number(fields, "rcv-scale", MAX_SCALE) : -1,
                number(fields, "mss", 0xFFFF), number(fields, "sack", 1) == 1, timestamps,
                timestamps ? number(fields, "ts-recent", UNSIGNED) : 0, timestamps ? number(fields, "ts-ours", UNSIGNED) : 0,
                data);
    }

    /** Who the client is reached by; {@link Segment#NO_VIA} when that is not said. */
    static long via(byte[] value) {
        String text = fields(new String(value, StandardCharsets.ISO_8859_1)).getOrDefault("via", "");
        return VIA.matcher(text).matches() ? Long.parseLong(text, 16) : Segment.NO_VIA;
    }

    /**
     * How it is translated to a guest; empty when it is not.
     *
     * @throws IllegalArgumentException when something of it is missing or wrong; one line that names what
     */
    static Optional<Offsets> offsets(byte[] value) {
        Map<String, String> fields = fields(new String(value, StandardCharsets.ISO_8859_1));
        if (!fields.containsKey("guest")) {
            return Optional.empty();
        }
        String mac = fields.get("guest");
        if (mac.length() > 12) {
            throw new IllegalArgumentException("tcb field 'guest' is '" + mac + "', not a MAC address");
        }
        boolean timestamps = fields.containsKey("guest-ts");
        return Optional.of(new Offsets(new MacAddress(Long.parseLong(mac, 16)), number(fields, "guest-seq", UNSIGNED),
                number(fields, timestamps ? "guest-ts" : "guest-clock", UNSIGNED), timestamps,
                number(fields, "guest-sack", 1) == 1,
                fields.containsKey("guest-scale") ? number(fields, "guest-scale", MAX_SCALE) : -1,
                Math.max(1, number(fields, "guest-mss", 0xFFFF))));
    }

    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new HashMap<>();
        Matcher pair = PAIR.matcher(text);
        int at = text.startsWith("(") ? 1 : text.length();
        while (pair.region(at, text.length()).lookingAt()) {
            if (fields.put(pair.group(1), pair.group(2)) != null) {
                throw new IllegalArgumentException("tcb has the field '" + pair.group(1) + "' twice");
            }
            at = pair.end();
        }
        if (at != text.length() - 1 || text.charAt(at) != ')') {
            throw new IllegalArgumentException("tcb is not of the form ((key value) ...)");
        }
        return fields;
    }

    private static InetSocketAddress address(Map<String, String> fields, String key) {
        String hex = field(fields, key);
        if (hex.length() != 8 && hex.length() != 32) {
            throw new IllegalArgumentException("tcb field '" + key + "' is '" + hex + "', not an address");
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(HexFormat.of().parseHex(hex)), number(fields, key + "-port", 0xFFFF));
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    private static int number(Map<String, String> fields, String key, long most) {
        String text = field(fields, key);
        if (!NUMBER.matcher(text).matches() || Long.parseLong(text) > most) {
            throw new IllegalArgumentException("tcb field '" + key + "' is '" + text + "', not a number up to " + most);
        }
        return (int) Long.parseLong(text);
    }

    private static String field(Map<String, String> fields, String key) {
        String text = fields.get(key);
        if (text == null) {
            throw new IllegalArgumentException("tcb has no field '" + key + "'");
        }
        return text;
    }
}
