package dev.conduit.cli;

import dev.conduit.core.local.LocalDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The demo's service that sleeps: a client connects to it, and gets its answer one boot later on the same connection. */
final class SleepDemo {

    private final Path host;
    private final Consumer<String> step;
    private final Consumer<String> say;

    SleepDemo(Path host, Consumer<String> step, Consumer<String> say) {
        this.host = host;
        this.step = step;
        this.say = say;
    }

    /** Runs it; tells whether the client got its page. */
    boolean run() throws IOException, InterruptedException {
        List<String> missing = Stream.of("curl curl", "dig bind9-dnsutils", "ip iproute2")
                .filter(each -> !isProgram(each.split(" ")[0])).map(each -> each.split(" ")[1]).toList();
        if (missing.contains("curl")) {
            step.accept("a service that sleeps: left out, it needs curl; on Debian: apt-get install curl");
            return true;
        }
        String why = missing.isEmpty() ? "" : "on Debian: apt-get install " + String.join(" ", missing);
        if (why.isEmpty() && LocalDirectory.userId() != 0) {
            why = "that is for root";
        }
        SleepNetwork made = null;
        if (why.isEmpty()) {
            try {
                made = new SleepNetwork();
            } catch (IOException refused) {
                why = refused.getMessage();
            }
        }
        if (made == null) {
            return new SleepThroughSockets(host, step, say).run(why);
        }
        try (SleepNetwork network = made) {
            return new SleepThroughTap(host, network, step, say).run();
        }
    }

    private static boolean isProgram(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }
}
