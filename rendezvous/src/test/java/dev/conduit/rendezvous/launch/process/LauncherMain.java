package dev.conduit.rendezvous.launch.process;

import dev.conduit.core.local.LocalDirectory;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.LaunchException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM with a launcher, to be killed: starts one guest, says what came of it, and waits. */
final class LauncherMain {

    private LauncherMain() {
    }

    /** Arguments: the host's folder, a bridge or {@code -}, and the command. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Map<String, Object> settings = new java.util.HashMap<>();
        settings.put("command", List.of(args).subList(2, args.length));
        if (!args[1].equals("-")) {
            settings.put("network", Map.of("bridge", args[1]));
        }
        GuestSpec guest = new GuestSpec("web", List.of(InetAddress.getByName("10.199.7.2")), settings);
        ProcessLauncher launcher = new ProcessLauncher(new LocalDirectory(folder), folder.resolve("launched"),
                ControlGroups.ofThisProcess());
        System.out.println("ready");
        try {
            System.out.println("domain " + launcher.start(guest, Duration.ofSeconds(60)));
        } catch (LaunchException e) {
            System.out.println(e.getMessage());
        }
        TimeUnit.MINUTES.sleep(5);
    }
}
