package dev.conduit.bench.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** A server in a process of its own. It is killed after some minutes whatever happens, which bounds every wait for it. */
final class RunningServer implements AutoCloseable {

    private static final long START_SECONDS = 60;
    private static final long END_SECONDS = 10;
    private static final long LIFE_MINUTES = 30;
    private static final int POLL_MILLIS = 100;

    private final ServerKind kind;
    private final Process process;
    private final Path log;
    private final int port;

    private RunningServer(ServerKind kind, Process process, Path log, int port) {
        this.kind = kind;
        this.process = process;
        this.log = log;
        this.port = port;
    }

    static RunningServer start(ServerKind kind, Path parent, NameFiles names) throws IOException {
        Path directory = Files.createTempDirectory(parent, kind.name());
        Path log = directory.resolve("log");
        int port = freePort();
        Process process = new ProcessBuilder(kind.command(directory, names, port))
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        RunningServer server = new RunningServer(kind, process, log, port);
        CompletableFuture.delayedExecutor(LIFE_MINUTES, TimeUnit.MINUTES).execute(process::destroyForcibly);
        // When this JVM is told to end, what runs in it does not get to close anything.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        try {
            server.awaitStart();
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitStart() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException(kind.label() + " does not answer: " + Files.readString(log).strip());
            }
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
        try {
            process.destroyForcibly().waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
