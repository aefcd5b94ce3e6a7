package dev.conduit.samples;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/**
 * A web server that knows nothing of Conduit: {@code GET /n} gives n bytes, {@code PUT} the SHA-256 of what came. A thread
 * for each connection, which ends with the first answer to who does not want to keep it alive.
 */
final class PlainServer {

    private static final int BLOCK = 1 << 16;

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
            serve(client.getInputStream(), client.getOutputStream());
        } catch (IOException gone) {
            System.err.println(gone);
        }
    }

    /** Answers the requests of one connection. */
    static void serve(InputStream from, OutputStream output) throws IOException {
        InputStream input = new BufferedInputStream(from, BLOCK);
        boolean another = true;
        for (String request = line(input); another && !request.isEmpty(); request = another ? line(input) : "") {
            long length = 0;
            another = false;
            for (String header = line(input); !header.isEmpty(); header = line(input)) {
                if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Long.parseLong(header.substring(15).trim());
                }
                another |= header.equalsIgnoreCase("connection: keep-alive");
            }
            if (request.startsWith("PUT ")) {
                byte[] digest = (digestOf(input, length) + "\n").getBytes(StandardCharsets.US_ASCII);
                head(output, digest.length, another);
                output.write(digest);
            } else {
                long bytes = Long.parseLong("0" + request.split("[ /?]+")[1]);
                head(output, bytes, another);
                write(output, bytes);
            }
        }
    }

    private static void head(OutputStream output, long length, boolean another) throws IOException {
        output.write(("HTTP/1.1 200 OK\r\nConnection: " + (another ? "keep-alive" : "close") + "\r\nContent-Length: " + length
                + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** The same bytes each time: blocks that differ by their number. */
    static void write(OutputStream output, long bytes) throws IOException {
        byte[] block = new byte[BLOCK];
        new Random(6).nextBytes(block);
        long number = 0;
        for (long left = bytes; left > 0; left -= BLOCK) {
            ByteBuffer.wrap(block).putLong(number++);
            output.write(block, 0, (int) Math.min(left, BLOCK));
        }
    }

    static String digestOf(InputStream input, long length) throws IOException {
        MessageDigest digest = sha256();
        byte[] block = new byte[BLOCK];
        for (long left = length; left > 0; ) {
            int read = input.read(block, 0, (int) Math.min(left, BLOCK));
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

    static String line(InputStream input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next >= 0 && next != '\n'; next = input.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
