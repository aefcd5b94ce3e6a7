package dev.conduit.rendezvous.dns;

import static dev.conduit.rendezvous.dns.DnsClient.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Another DNS server, in the foreground, on a port of loopback. */
final class OtherServer implements AutoCloseable {

    private final Process process;
    private final InetSocketAddress address;

    /** Starts it and waits until it has an address for a name. */
    OtherServer(Path directory, int port, String name, List<String> command) throws IOException {
        Path log = directory.resolve("log");
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            await().atMost(LONG).until(() -> {
                assertThat(process.isAlive()).as(() -> read(log)).isTrue();
                return answers(name);
            });
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    private boolean answers(String name) throws IOException {
        try (DnsClient client = new DnsClient(address)) {
            client.socket().setSoTimeout(200);
            return client.ask(name, Type.A).getRcode() == Rcode.NOERROR;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
