package dev.conduit.vchan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.DomainId;
import dev.conduit.core.local.LocalPlatform;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A guest in a JVM of its own: it connects to a vchan, or serves one, and does one thing until it is killed. */
final class GuestProcess implements AutoCloseable {

    final DomainId domain;
    private final Process process;
    private final BufferedReader output;

    GuestProcess(Path folder, String work, DomainId peer) throws IOException {
        process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                GuestProcess.class.getName(), folder.toString(), work, peer.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        output = process.inputReader();
        String line = output.readLine();
        assertThat(line).as("the guest's domain").isNotNull();
        domain = DomainId.parse(line);
    }

    static String path(DomainId server, DomainId client) {
        return "/local/domain/" + server + "/data/vchan/" + client + "/0";
    }

    String readLine() throws IOException {
        return output.readLine();
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
        output.close();
    }

    /** The guest: folder, work, the peer's domain. */
    public static void main(String[] args) throws Exception {
        try (LocalPlatform platform = LocalPlatform.open(Path.of(args[0]), args[1])) {
            System.out.println(platform.self());
            DomainId peer = DomainId.parse(args[2]);
            if (args[1].equals("serve")) {
                try (VchanServer server = Vchan.open(platform, peer, VchanOptions.defaults())) {
                    server.publish(path(platform.self(), peer));
                    flood(server.channel());
                }
            }
            try (VchanChannel channel = Vchan.connect(platform, peer, path(peer, platform.self()),
                    VchanOptions.defaults(), LocalMachine.PATIENCE)) {
                switch (args[1]) {
                    case "flood" -> flood(channel);
                    case "echo" -> echo(channel);
                    default -> new CountDownLatch(1).await();
                }
                System.out.println("ended " + channel.state());
            }
        }
    }

    /** Writes the pattern for ever, the first part of it at once. */
    private static void flood(VchanChannel channel) throws IOException {
        for (int at = 0;; at += 1000) {
            channel.write(Pair.pattern(at, 1000));
        }
    }

    private static void echo(VchanChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(8192);
        while (channel.read(buffer.clear()) >= 0) {
            channel.write(buffer.flip());
        }
    }
}
