package dev.conduit.rendezvous.launch.process;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.ProcessStat;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.StopMode;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A local host and a launcher; at the end everything it started is destroyed. */
final class ProcessFixture {

    static final Duration LONG = Duration.ofSeconds(60);

    final Path folder;
    final LocalHost host;
    final LocalPlatform platform;
    final XenStoreClient dom0;
    Launcher launcher;
    private final Map<String, GuestSpec> guests = new HashMap<>();

    ProcessFixture() throws IOException {
        folder = Files.createTempDirectory("launch");
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder));
        platform = LocalPlatform.open(folder, "directory");
        dom0 = XenStoreClients.connect(host.directory().xenStoreSocket());
        launcher = open();
    }

    Launcher open() throws LaunchException {
        return new ProcessLauncherProvider().open(platform);
    }

    /** As a directory that was ended and started again. */
    void reopen() throws LaunchException {
        launcher.close();
        launcher = open();
    }

    GuestSpec guest(String name, Map<String, Object> settings) {
        GuestSpec guest = new GuestSpec(name, List.of(), settings);
        guests.put(name, guest);
        return guest;
    }

    GuestSpec guest(String name, String... command) {
        return guest(name, Map.of("command", List.of(command)));
    }

    /** With addresses, in a network of its own. */
    GuestSpec networked(String name, String bridge, String address, String... command) throws IOException {
        return networked(name, bridge, address, false, command);
    }

    GuestSpec networked(String name, String bridge, String address, boolean quiet, String... command) throws IOException {
        GuestSpec guest = new GuestSpec(name, List.of(InetAddress.getByName(address), InetAddress.getByName("fd99::7:2")),
                Map.of("command", List.of(command), "network", Map.of("bridge", bridge, "quiet", quiet)));
        guests.put(name, guest);
        return guest;
    }

    int start(GuestSpec guest) throws Exception {
        return launcher.start(guest, LONG);
    }

    GuestState state(GuestSpec guest) throws Exception {
        return launcher.states(List.of(guest)).get(guest.name());
    }

    String log(GuestSpec guest) throws IOException {
        Path log = folder.resolve("launched").resolve(guest.name() + ".log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** The processes with a word among their arguments. */
    static List<Long> processesWith(String word) throws IOException {
        List<Long> found = new ArrayList<>();
        for (ProcessStat each : ProcessStat.all()) {
            try {
                String line = Files.readString(Path.of("/proc", Long.toString(each.pid()), "cmdline"),
                        StandardCharsets.ISO_8859_1);
                if (List.of(line.split("\0")).contains(word)) {
                    found.add(each.pid());
                }
            } catch (IOException e) {
                // Gone meanwhile.
            }
        }
        return found;
    }

    /** A JVM with a launcher of its own, which starts {@code command}. */
    Process otherLauncher(List<String> before, String bridge, String... command) throws IOException {
        List<String> words = new ArrayList<>(before);
        words.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xmx128m"));
        if (Runtime.version().feature() >= 22) {
            words.add("--enable-native-access=ALL-UNNAMED");
        }
        words.addAll(List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                LauncherMain.class.getName(), folder.toString(), bridge));
        words.addAll(List.of(command));
        return new ProcessBuilder(words).redirectErrorStream(true).start();
    }

    /** The next line that is not a log's. */
    static String line(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && (line.startsWith("WARNING:") || line.startsWith("["))) {
            line = lines.readLine();
        }
        return line;
    }

    static void kill(Process process) throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("process " + process.pid() + " does not go");
        }
    }

    void close() throws Exception {
        reopen();
        for (GuestSpec guest : guests.values()) {
            launcher.stop(guest, StopMode.DESTROY, LONG);
        }
        launcher.close();
        dom0.close();
        platform.close();
        host.close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
