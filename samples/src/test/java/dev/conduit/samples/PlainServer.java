package dev.conduit.samples;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/**
 * A web server that knows nothing of Conduit: {@code GET /n} gives n bytes, {@code PUT} the SHA-256 of what came. A thread
 * for each connection, which ends with its answer.
 */
final class PlainServer {

    private PlainServer() {}

    /**
     * Serves until it is ended.
     *
     * @param arguments the port
     * @throws IOException when it cannot listen
     */
    public static void main(String[] arguments) throws IOException {
        try (ServerSocket server = new ServerSocket(Integer.parseInt(arguments[0]), 128)) {
            while (true) {
                Socket client = server.accept();
                new Thread(() -> serve(client)).start();
            }
        }
    }

    private static void serve(Socket client) {
        try (client) {
            InputStream input = new BufferedInputStream(client.getInputStream(), 1 << 16);
            String request = line(input);
            long length = 0;
            for (String header = line(input); !header.isEmpty(); header = line(input)) {
                if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Long.parseLong(header.substring(15).trim());
                }
            }
            OutputStream output = client.getOutputStream();
            if (request.startsWith("PUT ")) {
                byte[] digest = (digestOf(input, length) + "\n").getBytes(StandardCharsets.US_ASCII);
                head(output, digest.length);
                output.write(digest);
            } else {
                long bytes = Long.parseLong(request.split("[ /?]+")[1]);
                head(output, bytes);
                write(output, bytes);
            }
        } catch (IOException gone) {
            System.err.println(gone);
        }
    }

    private static void head(OutputStream output, long length) throws IOException {
        output.write(("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    /** The same bytes each time. */
    static void write(OutputStream output, long bytes) throws IOException {
        byte[] block = new byte[1 << 16];
        Random random = new Random(6);
        for (long left = bytes; left > 0; left -= block.length) {
            random.nextBytes(block);
            output.write(block, 0, (int) Math.min(left, block.length));
        }
    }

    private static String digestOf(InputStream input, long length) throws IOException {
        MessageDigest digest = sha256();
        byte[] block = new byte[1 << 16];
        for (long left = length; left > 0; ) {
            int read = input.read(block, 0, (int) Math.min(left, block.length));
            if (read < 0) {
                return "it ended " + left + " bytes early";
            }
            digest.update(block, 0, read);
            left -= read;
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The SHA-256 of what {@link #write} writes. */
    static String digest(long bytes) throws IOException {
        MessageDigest digest = sha256();
        try (OutputStream nowhere = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            write(nowhere, bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String line(InputStream input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next >= 0 && next != '\n'; next = input.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
