package dev.conduit.rendezvous.launch.process;

import dev.conduit.core.local.ProcessStat;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.support.OneLine;
import dev.conduit.rendezvous.launch.support.Program;
import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A process that began a session, with all it has started: the processes of its session and their children. A child that
 * began a session of its own and whose parent has ended is not found.
 */
record ProcessTree(long pid, long startTicks) {

    private static final Program SHELL = new Program(Path.of("/bin/sh"));
    private static final Duration SIGNAL_TIMEOUT = Duration.ofSeconds(10);

    /** All that run now. The session keeps its number from being used again while anybody is in it. */
    List<ProcessStat> members() throws LaunchException {
        Optional<ProcessStat> holder = ProcessStat.read(pid);
        if (holder.isPresent() && holder.get().startTicks() != startTicks) {
            return List.of();
        }
        List<ProcessStat> all = all();
        List<ProcessStat> members = new ArrayList<>();
        Set<Long> numbers = new HashSet<>();
        for (boolean grown = true; grown; ) {
            grown = false;
            for (ProcessStat each : all) {
                if ((each.session() == pid || each.pid() == pid || numbers.contains(each.parent()))
                        && numbers.add(each.pid())) {
                    members.add(each);
                    grown = true;
                }
            }
        }
        return members;
    }

    private static List<ProcessStat> all() throws LaunchException {
        try {
            return ProcessStat.all();
        } catch (IOException e) {
            throw new LaunchException("cannot read /proc: " + OneLine.of(e), e);
        }
    }

    /** SIGTERM to all, also to those that are stopped. */
    void terminate() throws LaunchException, InterruptedException {
        members().forEach(each -> ProcessHandle.of(each.pid()).ifPresent(ProcessHandle::destroy));
        signal("CONT");
    }

    /** SIGKILL to all, again while they still start others; whether they are gone in time. */
    boolean kill(Deadline limit) throws LaunchException, InterruptedException {
        return limit.await(() -> {
            List<ProcessStat> members = members();
            members.forEach(each -> ProcessHandle.of(each.pid()).ifPresent(ProcessHandle::destroyForcibly));
            return members.isEmpty();
        });
    }

    boolean awaitEnd(Deadline limit) throws LaunchException, InterruptedException {
        return limit.await(() -> members().isEmpty());
    }

    /** SIGSTOP to all; whether every one stands still in time. */
    boolean freeze(Deadline limit) throws LaunchException, InterruptedException {
        return limit.await(() -> {
            signal("STOP");
            return members().stream().allMatch(each -> each.state() == 'T' || each.state() == 't');
        });
    }

    void thaw() throws LaunchException, InterruptedException {
        signal("CONT");
    }

    /** Java sends no other signals than those that end a process; the shell's own command does. */
    private void signal(String name) throws LaunchException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-c", "kill \"$@\"", "sh", "-" + name));
        members().forEach(each -> arguments.add(Long.toString(each.pid())));
        // One of them may have ended meanwhile, which is a failure to kill.
        SHELL.run(SIGNAL_TIMEOUT, arguments);
    }
}
