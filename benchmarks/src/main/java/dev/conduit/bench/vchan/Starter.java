package dev.conduit.bench.vchan;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.XenStandIn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Starts pairs of processes, those in C as {@code conduit run} starts a program, each in a domain of its own. */
final class Starter implements AutoCloseable {

    private final Path host;
    private final Path exchange;
    private LocalPlatform receiverDomain;
    private LocalPlatform senderDomain;
    private Path debian;
    private Path program;

    /**
     * Makes one.
     *
     * @param host folder of the running host
     * @param exchange a folder for what others than conduits meet in
     */
    Starter(Path host, Path exchange) {
        this.host = host;
        this.exchange = exchange;
    }

    /** Compiles the program in C, and makes the domains for it. */
    void prepareC(CSources sources, Path debianRoot) throws IOException, InterruptedException {
        debian = debianRoot;
        program = sources.vchanPeer(debian);
        receiverDomain = LocalPlatform.open(host, "c-receiver");
        senderDomain = LocalPlatform.open(host, "c-sender");
    }

    Pair start(Subject subject) throws IOException {
        PeerProcess receiver = start(subject, "receiver");
        try {
            return new Pair(receiver, start(subject, "sender"));
        } catch (IOException e) {
            receiver.close();
            throw e;
        }
    }

    private PeerProcess start(Subject subject, String role) throws IOException {
        Kind kind = subject.kind();
        return new PeerProcess(role + " of " + subject.label(), kind.isC() ? inC(role.equals("receiver"), role)
                : new ProcessBuilder(subject.java().peer(role, kind, kind.isConduit() ? host : exchange)));
    }

    private ProcessBuilder inC(boolean receiver, String role) throws IOException {
        LocalPlatform own = receiver ? receiverDomain : senderDomain;
        LocalPlatform peer = receiver ? senderDomain : receiverDomain;
        ProcessBuilder builder = new ProcessBuilder(program.toString(), role, peer.self().toString(),
                "/local/domain/" + receiverDomain.self() + "/data/vchan/bench");
        Map<String, String> environment = builder.environment();
        environment.putAll(own.environment());
        environment.put("LD_LIBRARY_PATH", CSources.libraries(debian).toString());
        XenStandIn.preload(host, environment);
        return builder;
    }

    @Override
    public void close() {
        if (program != null) {
            senderDomain.close();
            receiverDomain.close();
        }
    }
}
