package dev.conduit.bench.xenstore;

import dev.conduit.bench.JavaCommand;
import dev.conduit.bench.ServerProcess;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A XenStore server in a process of its own. */
final class RunningServer implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final int HEAP_MEGABYTES = 512;

    private final ServerKind kind;
    private final Path socket;
    private final ServerProcess process;
    private final BufferedReader out;
    private final BufferedWriter in;

    private RunningServer(ServerKind kind, Path socket, ServerProcess process) {
        this.kind = kind;
        this.socket = socket;
        this.process = process;
        out = new BufferedReader(new InputStreamReader(process.process().getInputStream(), StandardCharsets.UTF_8));
        in = new BufferedWriter(new OutputStreamWriter(process.process().getOutputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a server with its files in a fresh folder. */
    static RunningServer start(ServerKind kind, Path parent, Peers peers) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(parent, kind.word());
        Path socket = directory.resolve("socket");
        List<String> command;
        if (kind == ServerKind.CONDUIT) {
            command = JavaCommand.of(HEAP_MEGABYTES, ServerMain.class, socket.toString());
        } else {
            command = peers.server(kind, directory);
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        Path log = directory.resolve("log");
        builder.redirectError(log.toFile());
        if (kind != ServerKind.CONDUIT) {
            builder.redirectOutput(log.toFile());
        }
        RunningServer server = new RunningServer(kind, socket, ServerProcess.start(builder, LIFE));
        try {
            server.awaitStart(log);
            return server;
        } catch (IOException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    private void awaitStart(Path log) throws IOException, InterruptedException {
        if (kind == ServerKind.CONDUIT) {
            String line = out.readLine();
            if (!"ready".equals(line)) {
                throw new IOException("the XenStore server said '" + line + "', not 'ready'; see " + log);
            }
            return;
        }
        process.awaitAnswer(kind.label(), log, START, this::answers);
    }

    private boolean answers() {
        try (XenStoreClient client = client()) {
            return client.exists("/");
        } catch (XenStoreException e) {
            return false;
        }
    }

    ServerKind kind() {
        return kind;
    }

    Path socket() {
        return socket;
    }

    /** Connects the client that all servers are measured with. */
    XenStoreClient client() throws XenStoreException {
        return XenStoreClients.connect(socket);
    }

    RawConnection connect() throws IOException {
        return RawConnection.open(socket);
    }

    /** Asks {@link ServerMain} by a line. */
    String ask(String request) throws IOException {
        in.write(request);
        in.newLine();
        in.flush();
        String answer = out.readLine();
        if (answer == null) {
            throw new IOException("the XenStore server ended when it was asked '" + request + "'");
        }
        return answer;
    }

    @Override
    public void close() {
        process.close();
    }
}
