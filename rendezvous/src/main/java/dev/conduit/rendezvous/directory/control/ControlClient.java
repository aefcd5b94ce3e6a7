package dev.conduit.rendezvous.directory.control;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks a directory through its Unix socket. */
public final class ControlClient {

    private ControlClient() {}

    /**
     * Asks one thing, and waits for the answer for as long as the directory takes.
     *
     * @param socket of the directory
     * @param request {@code do}, and what belongs to it: docs/directory.md has them
     * @return the rows of the answer
     * @throws IOException when there is no directory, or it says no; the message is one line, or one a problem
     */
    public static List<JsonNode> call(Path socket, Map<String, ?> request) throws IOException {
        if (!Files.exists(socket)) {
            throw new IOException("no directory runs: there is no " + socket + "; 'conduit jitsud' starts one");
        }
        // Made before the directory begins to wait for it: the first JSON of a program takes a slow machine seconds.
        ByteBuffer line = ByteBuffer.wrap(Json.line(request).getBytes(StandardCharsets.UTF_8));
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
            while (line.hasRemaining()) {
                channel.write(line);
            }
            return rows(reader);
        } catch (ConnectException nobody) {
            throw new IOException("no directory runs: nobody listens on " + socket, nobody);
        } catch (JacksonException malformed) {
            throw new IOException("the directory on " + socket + " gave a malformed answer", malformed);
        }
    }

    private static List<JsonNode> rows(BufferedReader reader) throws IOException {
        JsonNode head = Json.MAPPER.readTree(line(reader));
        if (!head.path("ok").asBoolean(false)) {
            throw new IOException(head.path("message").asString("the directory says no"));
        }
        List<JsonNode> rows = new ArrayList<>();
        for (int left = head.path("rows").asInt(0); left > 0; left--) {
            rows.add(Json.MAPPER.readTree(line(reader)));
        }
        return rows;
    }

    private static String line(BufferedReader reader) throws IOException {
        String line = reader.readLine();
        if (line == null) {
            throw new IOException("the directory ended, or is busy, before it answered");
        }
        return line;
    }
}
