package dev.conduit.synjitsu.handover;

import dev.conduit.synjitsu.replay.Offsets;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreNode;
import dev.conduit.xenstore.XenStoreOperations;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.WalkLimits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One connection as nodes: {@code state}, {@code tcb} and {@code packets}. */
final class ConnectionNodes {

    /** Most bytes of early data in one node: inside the 2048 that a XenStore server gives a node by default. */
    static final int PIECE = 1920;
    /** A service's folder with 100,000 connections of 6 nodes. */
    static final WalkLimits LIMITS = new WalkLimits(600_000, 256 << 20, 5, false);

    private ConnectionNodes() {}

    /** Writes a connection, in the place of what was there of it. */
    static void write(XenStoreChanges changes, String name, int number, Tcb tcb, long via) {
        write(changes, name, number, tcb, TcbText.format(tcb, via));
    }

    /** One that is translated. */
    static void write(XenStoreChanges changes, String name, int number, Tcb tcb, long via, Offsets offsets) {
        write(changes, name, number, tcb, TcbText.format(tcb, via, offsets));
    }

    private static void write(XenStoreChanges changes, String name, int number, Tcb tcb, String text) {
        String at = StatePaths.family(name, tcb.local()) + "/" + number;
        changes.write(at + "/state", text(tcb.state()));
        changes.write(at + "/tcb", text);
        byte[] data = tcb.data();
        boolean small = data.length <= PIECE;
        changes.write(at + "/packets", small ? data : new byte[0]);
        if (small) {
            return;
        }
        for (int from = 0, piece = 0; from < data.length; from += PIECE, piece++) {
            changes.write(at + "/packets/" + piece, Arrays.copyOfRange(data, from, Math.min(from + PIECE, data.length)));
        }
    }

    /** Only what changes with time. */
    static void writeTcb(XenStoreChanges changes, String name, int number, Tcb tcb, long via) {
        changes.write(StatePaths.family(name, tcb.local()) + "/" + number + "/tcb", TcbText.format(tcb, via));
    }

    static void remove(XenStoreChanges changes, String name, int number, boolean ipv4) {
        changes.remove(StatePaths.family(name, ipv4) + "/" + number);
    }

    /** Who the client of a connection is reached by. */
    static long via(XenStoreOperations store, String name, int number, Tcb tcb) throws XenStoreException {
        return TcbText.via(store.read(StatePaths.family(name, tcb.local()) + "/" + number + "/tcb"));
    }

    /** How a connection is translated; empty when its guest does not have it. */
    static Optional<Offsets> offsets(XenStoreOperations store, String name, int number, Tcb tcb) throws XenStoreException {
        return TcbText.offsets(store.read(StatePaths.family(name, tcb.local()) + "/" + number + "/tcb"));
    }

    static String text(TcpState state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads all connections of a service, by number.
     *
     * @throws IllegalArgumentException when one is broken; one line that names it
     */
    static Map<Integer, Tcb> read(XenStoreOperations store, String name) throws XenStoreException {
        Map<Integer, Tcb> connections = new TreeMap<>();
        for (String family : StatePaths.FAMILIES) {
            String folder = StatePaths.service(name) + "/" + family;
            if (!store.exists(folder)) {
                continue;
            }
            Map<String, Map<String, byte[]>> found = new HashMap<>();
            for (XenStoreNode node : store.walk(folder, LIMITS)) {
                if (node.depth() > 1) {
                    String[] parts = node.path().substring(folder.length() + 1).split("/", 2);
                    found.computeIfAbsent(parts[0], key -> new HashMap<>()).put(parts[1], node.value());
                }
            }
            for (Map.Entry<String, Map<String, byte[]>> entry : found.entrySet()) {
                connections.put(number(folder, entry.getKey()), tcb(folder + "/" + entry.getKey(), entry.getValue()));
            }
        }
        return connections;
    }

    private static int number(String folder, String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException(folder + "/" + text + " is not a connection's number");
        }
        return Integer.parseInt(text);
    }

    private static Tcb tcb(String path, Map<String, byte[]> parts) {
        try {
            return TcbText.parse(part(parts, "tcb"), state(part(parts, "state")), data(parts));
        } catch (IllegalArgumentException broken) {
            throw new IllegalArgumentException(path + ": " + broken.getMessage(), broken);
        }
    }

    private static byte[] data(Map<String, byte[]> parts) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(part(parts, "packets"));
        for (int piece = 0; parts.containsKey("packets/" + piece); piece++) {
            data.writeBytes(parts.get("packets/" + piece));
        }
        return data.toByteArray();
    }

    private static TcpState state(byte[] value) {
        String word = new String(value, StandardCharsets.ISO_8859_1);
        for (TcpState state : TcpState.values()) {
            if (text(state).equals(word)) {
                return state;
            }
        }
        throw new IllegalArgumentException("its state is none of " + Arrays.toString(TcpState.values()));
    }

    private static byte[] part(Map<String, byte[]> parts, String key) {
        byte[] value = parts.get(key);
        if (value == null) {
            throw new IllegalArgumentException("it has no " + key);
        }
        return value;
    }
}
