package dev.conduit.synjitsu.handover;

import dev.conduit.synjitsu.replay.Ends;
import dev.conduit.synjitsu.replay.Offsets;
import dev.conduit.synjitsu.replay.ReplayedConnection;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One connection as nodes: {@code state}, {@code tcb} and {@code packets}. */
final class ConnectionNodes {

    /** Most bytes of early data in one node: inside the 2048 that a XenStore server gives a node by default. */
    static final int PIECE = 1920;
    /** Added to the timestamps of connections found in XenStore: a front forgets those that are silent for longer. */
    private static final int TIMESTAMP_AGE_MILLIS = 15 * 60 * 1000;
    private static final byte[] NOTHING = {};
    private static final List<String> PARTS = List.of("/state", "/tcb", "/packets");
    private static final Map<String, TcpState> STATES =
            Arrays.stream(TcpState.values()).collect(Collectors.toMap(ConnectionNodes::text, state -> state));
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    /**
     * A connection that was read.
     *
     * @param tcb it
     * @param via who its client is reached by
     * @param offsets how it is translated to a guest; empty when it is not
     * @param ends how far one that is translated has come to its end
     */
    record Saved(Tcb tcb, long via, Optional<Offsets> offsets, Ends ends) {

        /** As the next front goes on with it: our timestamps are ahead of all that were sent meanwhile. */
        Tcb aged() {
            return tcb.withOurTimestamp(tcb.ourTimestamp() + TIMESTAMP_AGE_MILLIS);
        }
    }

    private ConnectionNodes() {}

    /** Writes a connection, in the place of what was there of it. */
    static void write(XenStoreChanges changes, String name, int number, Tcb tcb, long via) {
        write(changes, name, number, tcb, TcbText.format(tcb, via));
    }

    /** One that is translated. */
    static void write(XenStoreChanges changes, String name, int number, ReplayedConnection connection) {
        write(changes, name, number, connection.tcb(),
                TcbText.format(connection.tcb(), connection.client().bits(), connection.offsets(), connection.ends()));
    }

    private static void write(XenStoreChanges changes, String name, int number, Tcb tcb, String text) {
        String at = StatePaths.family(name, tcb.local()) + "/" + number;
        changes.write(at + "/state", text(tcb.state()));
        changes.write(at + "/tcb", text);
        byte[] data = tcb.data();
        boolean small = data.length <= PIECE;
        changes.write(at + "/packets", small ? data : NOTHING);
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

    /** Every node with a value of every connection of a service, and the folders that all of them are in. */
    static List<String> paths(XenStoreOperations store, String name) throws XenStoreException {
        List<String> paths = new ArrayList<>();
        for (String family : StatePaths.FAMILIES) {
            String folder = StatePaths.service(name) + "/" + family;
            if (!store.exists(folder)) {
                continue;
            }
            paths.add(folder);
            List<String> connections = below(store, folder);
            List<byte[]> data = data(store, connections, store.readAll(parts(connections, List.of("/packets"))));
            for (int i = 0; i < connections.size(); i++) {
                String at = connections.get(i);
                paths.addAll(List.of(at + "/state", at + "/tcb", at + "/packets"));
                int length = data.get(i).length;
                for (int from = 0, piece = 0; length > PIECE && from < length; from += PIECE, piece++) {
                    paths.add(at + "/packets/" + piece);
                }
            }
        }
        return paths;
    }

    private static List<String> below(XenStoreOperations store, String folder) throws XenStoreException {
        try {
            return store.list(folder).stream().map(name -> folder + "/" + name).toList();
        } catch (XenStoreException missing) {
            if (missing.is("ENOENT")) {
                return List.of();
            }
            throw missing;
        }
    }

    /** The first of all connections, then the second of all. */
    private static List<String> parts(List<String> connections, List<String> names) {
        return names.stream().flatMap(part -> connections.stream().map(each -> each + part)).toList();
    }

    static String text(TcpState state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads all connections of a service, by number.
     *
     * @throws IllegalArgumentException when one is broken; one line that names it
     */
    static Map<Integer, Saved> read(XenStoreOperations store, String name) throws XenStoreException {
        Map<Integer, Saved> saved = new TreeMap<>();
        for (String family : StatePaths.FAMILIES) {
            List<String> connections = below(store, StatePaths.service(name) + "/" + family);
            List<Optional<byte[]>> values = store.readAll(parts(connections, PARTS));
            int of = connections.size();
            List<byte[]> data = data(store, connections, values.subList(2 * of, 3 * of));
            for (int i = 0; i < connections.size(); i++) {
                String at = connections.get(i);
                if (values.get(2 * of + i).isEmpty()) {
                    throw new IllegalArgumentException(at + ": it has no packets");
                }
                saved.put(number(at), saved(at, values.get(i), values.get(of + i), data.get(i)));
            }
        }
        return saved;
    }

    /** The data of each connection: of those whose packets are empty, the pieces below, as far as there are any. */
    private static List<byte[]> data(XenStoreOperations store, List<String> connections, List<Optional<byte[]>> packets)
            throws XenStoreException {
        List<byte[]> data = new ArrayList<>();
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < connections.size(); i++) {
            data.add(packets.get(i).orElse(NOTHING));
            if (data.get(i).length == 0) {
                open.add(i);
            }
        }
        for (int piece = 0; !open.isEmpty(); piece++) {
            List<Optional<byte[]>> pieces = store.readAll(
                    parts(open.stream().map(connections::get).toList(), List.of("/packets/" + piece)));
            List<Integer> more = new ArrayList<>();
            for (int i = 0; i < pieces.size(); i++) {
                if (pieces.get(i).isPresent()) {
                    data.set(open.get(i), joined(data.get(open.get(i)), pieces.get(i).get()));
                    more.add(open.get(i));
                }
            }
            open = more;
        }
        return data;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static int number(String path) {
        String text = path.substring(path.lastIndexOf('/') + 1);
        if (!NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException(path + " is not a connection's number");
        }
        return Integer.parseInt(text);
    }

    private static Saved saved(String path, Optional<byte[]> state, Optional<byte[]> tcb, byte[] data) {
        try {
            TcbFields fields = TcbFields.read(part(tcb, "tcb"));
            return new Saved(TcbText.tcb(fields, state(part(state, "state")), data), TcbText.via(fields),
                    TcbText.offsets(fields), TcbText.ends(fields));
        } catch (IllegalArgumentException broken) {
            throw new IllegalArgumentException(path + ": " + broken.getMessage(), broken);
        }
    }

    private static TcpState state(byte[] value) {
        TcpState state = STATES.get(new String(value, StandardCharsets.ISO_8859_1));
        if (state == null) {
            throw new IllegalArgumentException("its state is none of " + Arrays.toString(TcpState.values()));
        }
        return state;
    }

    private static byte[] part(Optional<byte[]> value, String key) {
        return value.orElseThrow(() -> new IllegalArgumentException("it has no " + key));
    }
}
