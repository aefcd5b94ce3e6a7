package dev.conduit.samples;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends many bytes to a {@link PlainServer} and gets as many from it, on one connection; prints the hashes of both. */
final class TransferClient {

    private static final int BUFFER = 1 << 16;

    private TransferClient() {}

    /**
     * Transfers.
     *
     * @param arguments address, port, bytes
     * @throws IOException when the connection ends early
     */
    public static void main(String[] arguments) throws IOException {
        long bytes = Long.parseLong(arguments[2]);
        try (Socket server = new Socket(arguments[0], Integer.parseInt(arguments[1]))) {
            InputStream input = new BufferedInputStream(server.getInputStream(), BUFFER);
            ask(server.getOutputStream(), "PUT /x", bytes);
            PlainServer.write(server.getOutputStream(), bytes);
            skipHead(input);
            System.out.println(PlainServer.line(input));
            ask(server.getOutputStream(), "GET /" + bytes, 0);
            skipHead(input);
            System.out.println(PlainServer.digestOf(input, bytes));
        }
    }

    private static void ask(OutputStream output, String what, long length) throws IOException {
        output.write((what + " HTTP/1.1\r\nConnection: keep-alive\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    private static void skipHead(InputStream input) throws IOException {
        while (!PlainServer.line(input).isEmpty()) {
            // One header more.
        }
    }
}
