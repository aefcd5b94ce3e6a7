package dev.conduit.synjitsu.carry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The TCP connections of this machine's kernel, also those that no program has any more (proc(5), /proc/net/tcp). */
final class KernelConnections {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int HEX = 16;
    /** TIME-WAIT, CLOSE and LISTEN: nothing of a client is under way. */
    private static final Set<String> OVER = Set.of("06", "07", "0A");

    private KernelConnections() {}

    /** Addresses and ports of this machine that have open connections, half-open ones included. */
    static Set<InetSocketAddress> ends() throws IOException {
        Set<InetSocketAddress> ends = new HashSet<>();
        for (Path table : TABLES) {
            if (Files.exists(table)) {
                try (Stream<String> lines = Files.lines(table)) {
                    lines.skip(1).forEach(line -> add(line, ends));
                }
            }
        }
        return ends;
    }

    static void add(String line, Set<InetSocketAddress> ends) {
        String[] words = line.strip().split(" +");
        if (words.length > STATE && !OVER.contains(words[STATE])) {
            String[] local = words[LOCAL].split(":");
            ends.add(new InetSocketAddress(address(local[0]), Integer.parseInt(local[1], HEX)));
        }
    }

    /** Words of 32 bits, each as a number of this machine. */
    private static InetAddress address(String words) {
        ByteBuffer bytes = ByteBuffer.allocate(words.length() / 2).order(ByteOrder.nativeOrder());
        for (int i = 0; i < words.length(); i += Integer.BYTES * 2) {
            bytes.putInt(Integer.parseUnsignedInt(words.substring(i, i + Integer.BYTES * 2), HEX));
        }
        try {
            return InetAddress.getByAddress(bytes.array());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
