package dev.conduit.bench.vchan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The ways to move messages that are compared, and whether who waits there spins, sleeps, or as one likes. */
enum Kind {
    CONDUIT_ZERO_COPY("conduit, zero-copy", Wait.SPINNING, Wait.SLEEPING),
    CONDUIT_COPY("conduit, copying", Wait.SPINNING, Wait.SLEEPING),
    CONDUIT_COPY_BATCHED("conduit, copying, batched", Wait.SPINNING, Wait.SLEEPING),
    CONDUIT_STREAMS("conduit, streams", Wait.SPINNING, Wait.SLEEPING),
    RAW_RING("raw Java ring", Wait.SPINNING),
    C_SPINNING("C libxenvchan, polling", Wait.SPINNING),
    C_BLOCKING("C libxenvchan, blocking", Wait.SLEEPING),
    AERON("Aeron IPC", Wait.SPINNING),
    UNIX_SOCKET("JDK Unix socket", Wait.SLEEPING),
    UNIX_SOCKET_BUFFERED("JDK Unix socket, 64 KiB writes", Wait.SLEEPING),
    TCP("JDK TCP, loopback", Wait.SLEEPING),
    NETTY("Netty epoll Unix socket", Wait.SLEEPING);

    /** What a side does that waits for a message. */
    enum Wait {
        SPINNING, SLEEPING
    }

    private final String label;
    private final List<Wait> waits;

    Kind(String label, Wait... waits) {
        this.label = label;
        this.waits = List.of(waits);
    }

    String label() {
        return label;
    }

    /** Its ways to wait; streams of messages are measured with the first. */
    List<Wait> waits() {
        return waits;
    }

    boolean isConduit() {
        return name().startsWith("CONDUIT");
    }

    boolean isC() {
        return this == C_SPINNING || this == C_BLOCKING;
    }

    /** How the processes meet, in a folder both know; not for those in C. */
    Meeting meeting(boolean receiver, Path directory) throws IOException {
        return switch (this) {
            case RAW_RING -> new RawMeeting(receiver, directory);
            case AERON -> new AeronMeeting(receiver, directory);
            case UNIX_SOCKET, UNIX_SOCKET_BUFFERED, TCP -> new SocketMeeting(receiver, this, directory);
            case NETTY -> new NettyMeeting(receiver, directory);
            default -> new ConduitMeeting(receiver, this, directory);
        };
    }
}
