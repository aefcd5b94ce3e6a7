package dev.conduit.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The service that sleeps, behind the front of sockets: for those who are not root. */
final class SleepThroughSockets {

    private final Path host;
    private final Consumer<String> step;
    private final Consumer<String> say;

    SleepThroughSockets(Path host, Consumer<String> step, Consumer<String> say) {
        this.host = host;
        this.step = step;
        this.say = say;
    }

    /** @param why it is not the front that hands over */
    boolean run(String why) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        step.accept("a service that sleeps: '" + DemoWwwCommand.NAME + "' is a guest that does not run, its address 127.0.0.1:" + port);
        say.accept("with the front of sockets; one that hands connections over needs more (" + why + ")");
        SleepPicture picture = new SleepPicture();
        String config = """
                front: { kind: socket }
                services:
                  - name: www
                    addresses: ["127.0.0.1"]
                    ports: [%d]
                    launcher: process
                    process: { command: %s }
                    ready: { conduit: www, within: 60s }
                    receive: conduit
                """.formatted(port, SleepDirectory.words(JavaProcess.command("demo-www", "conduit", host.toString(), "none")));
        boolean good;
        try (SleepDirectory directory = new SleepDirectory(host, config, UnaryOperator.identity())) {
            Instant begin = Instant.now();
            String url = "http://127.0.0.1:" + port + "/";
            good = SleepCurl.describe(SleepNetwork.call(SleepCurl.command(url)), picture, 0, url, SleepCurl.KEPT, say);
            directory.draw(picture, begin, "guest ready, connection carried to it");
        }
        picture.lines(picture.last()).forEach(say);
        return good;
    }
}
