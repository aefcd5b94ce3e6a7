package dev.conduit.bench.dns;

import dev.conduit.bench.ServerProcess;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** A DNS server in a process of its own. */
final class RunningServer implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration LIFE = Duration.ofMinutes(30);
    private static final int POLL_MILLIS = 100;

    private final ServerKind kind;
    private final ServerProcess process;
    private final int port;

    private RunningServer(ServerKind kind, ServerProcess process, int port) {
        this.kind = kind;
        this.process = process;
        this.port = port;
    }

    static RunningServer start(ServerKind kind, Path parent, NameFiles names)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(parent, kind.name());
        Path log = directory.resolve("log");
        int port = freePort();
        ServerProcess process = ServerProcess.start(new ProcessBuilder(kind.command(directory, names, port))
                .redirectErrorStream(true).redirectOutput(log.toFile()), LIFE);
        RunningServer server = new RunningServer(kind, process, port);
        try {
            process.awaitAnswer(kind.label(), log, START, server::answers);
            return server;
        } catch (IOException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() throws IOException {
        byte[] query = Message.newQuery(Record.newRecord(Name.fromString("service-0." + NameFiles.ORIGIN), Type.A,
                DClass.IN)).toWire();
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(POLL_MILLIS);
            socket.send(new DatagramPacket(query, query.length,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
            DatagramPacket reply = new DatagramPacket(new byte[512], 512);
            socket.receive(reply);
            return reply.getLength() > query.length;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    ServerKind kind() {
        return kind;
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.close();
    }
}
