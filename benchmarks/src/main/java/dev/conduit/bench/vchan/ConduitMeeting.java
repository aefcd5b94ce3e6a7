package dev.conduit.bench.vchan;

import dev.conduit.core.Platform;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.rendezvous.ConnectOptions;
import dev.conduit.rendezvous.ListenOptions;
import dev.conduit.vchan.FlushPolicy;
import dev.conduit.vchan.VchanOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** By name, over the local platform. */
final class ConduitMeeting implements Meeting {

    /** Longest wait for the other side. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    private static final int BATCH_BYTES = 4096;

    private final boolean receiver;
    private final Kind kind;
    /** Pairs of other kinds, or on another Java, may be there at the same time. */
    private final String name;
    private final Platform platform;
    private final Conduit conduit;
    private ConduitServer server;

    ConduitMeeting(boolean receiver, Kind kind, Path directory) throws IOException {
        this.receiver = receiver;
        this.kind = kind;
        this.name = "bench_" + kind.ordinal() + "_" + Runtime.version().feature();
        this.platform = LocalPlatform.open(directory, receiver ? "receiver" : "sender");
        this.conduit = Conduit.open(platform);
    }

    @Override
    public void listen(boolean sleeping) throws IOException {
        server = conduit.listen(name, ListenOptions.defaults().withChannel(options(sleeping)));
    }

    @Override
    public Transport meet(boolean sleeping) throws IOException {
        ConduitConnection connection;
        if (receiver) {
            connection = server.accept(LIMIT);
            server.close();
        } else {
            connection = conduit.connect(name, LIMIT, ConnectOptions.defaults().withChannel(options(sleeping)));
        }
        return switch (kind) {
            case CONDUIT_ZERO_COPY -> new ZeroCopyTransport(new ConduitViews(connection));
            case CONDUIT_STREAMS -> new StreamTransport(connection);
            default -> new CopyTransport(connection);
        };
    }

    private VchanOptions options(boolean sleeping) {
        VchanOptions options = VchanOptions.defaults();
        if (sleeping) {
            options = options.withSpin(Duration.ZERO);
        }
        return kind == Kind.CONDUIT_COPY_BATCHED ? options.withFlush(FlushPolicy.batched(BATCH_BYTES)) : options;
    }

    @Override
    public void close() {
        conduit.close();
        platform.close();
    }
}
