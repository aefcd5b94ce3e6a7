package dev.conduit.cli;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.LauncherProvider;
import dev.conduit.rendezvous.launch.SettingsProblem;
import dev.conduit.rendezvous.launch.StopMode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Guests are processes that write down their own ids, so that they are found by whoever comes later. */
public final class DetachedLauncher implements Launcher, LauncherProvider {

    /** Made by the service loader. */
    public DetachedLauncher() {}

    @Override
    public String kind() {
        return "detached";
    }

    @Override
    public Launcher open(Platform platform) {
        return this;
    }

    @Override
    public List<SettingsProblem> check(GuestSpec guest) {
        return guest.settings().get("command") instanceof List<?> ? List.of()
                : List.of(new SettingsProblem("command", "is " + guest.settings().get("command") + ", not a list"));
    }

    private static Path file(GuestSpec guest) {
        return Path.of(guest.settings().get("folder").toString(), guest.name() + ".pid");
    }

    private static Optional<ProcessHandle> process(GuestSpec guest) {
        try {
            return ProcessHandle.of(Long.parseLong(Files.readString(file(guest)).strip()))
                    .filter(ProcessHandle::isAlive);
        } catch (IOException | NumberFormatException none) {
            return Optional.empty();
        }
    }

    @Override
    public int start(GuestSpec guest, Duration timeout) throws LaunchException {
        if (process(guest).isPresent()) {
            return -1;
        }
        List<String> command = new ArrayList<>(List.of("setsid", "sh", "-c", "echo $$ > \"$0\"; exec \"$@\"",
                file(guest).toString()));
        ((List<?>) guest.settings().get("command")).forEach(word -> command.add(word.toString()));
        try {
            new ProcessBuilder(command).redirectInput(new File("/dev/null"))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException failed) {
            throw new LaunchException(failed.getMessage(), failed);
        }
        return -1;
    }

    @Override
    public void stop(GuestSpec guest, StopMode mode, Duration timeout) {
        process(guest).ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().orTimeout(timeout.toSeconds(), java.util.concurrent.TimeUnit.SECONDS).join();
        });
    }

    @Override
    public Map<String, GuestState> states(Collection<GuestSpec> guests) {
        Map<String, GuestState> states = new HashMap<>();
        guests.forEach(guest -> states.put(guest.name(),
                process(guest).isPresent() ? GuestState.RUNNING : GuestState.OFF));
        return states;
    }

    @Override
    public void close() {}
}
