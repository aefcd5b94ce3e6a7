package dev.conduit.rendezvous.launch.process;

import dev.conduit.core.local.ChildDomain;
import dev.conduit.core.local.LocalDirectory;
import dev.conduit.core.local.ProcessStat;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.support.OneLine;
import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start of a process. As a toolstack builds a guest before it lets it run, a shell begins the session and waits for a
 * word on its standard input; meanwhile it is given its domain, its memory limit, its network and its record, and only
 * then becomes the command. If this JVM is killed before the word, the shell sees the end of its input and ends; after it,
 * the record is there. So no process runs that nobody knows.
 */
final class ProcessStarter {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessStarter.class);

    /** Arguments: the data limit in KiB or nothing, the log, then the command. */
    private static final String SHELL = """
            read -r word && [ "$word" = go ] || exit 1
            if [ -n "$1" ]; then ulimit -d "$1" || exit 1; fi
            log=$2
            shift 2
            exec "$@" </dev/null >>"$log" 2>&1
            """;
    private static final String SHELL_NAME = "conduit-launch";
    private static final String SHELL_LINE = "/bin/sh\0-c\0" + SHELL + "\0" + SHELL_NAME + "\0";
    private static final int KIB = 1024;
    /** How long taking back may take, whatever is left of the caller's time. */
    private static final Duration CLEAN_UP = Duration.ofSeconds(10);

    private final LocalDirectory directory;
    private final ProcessRecords records;
    private final ControlGroups groups;

    ProcessStarter(LocalDirectory directory, ProcessRecords records, ControlGroups groups) {
        this.directory = directory;
        this.records = records;
        this.groups = groups;
    }

    /** Returns when the command runs. */
    ProcessRecord start(GuestSpec guest, ProcessSettings settings, Deadline limit)
            throws LaunchException, InterruptedException {
        Path log = settings.log() == null ? records.file(guest.name(), ".log") : settings.log();
        try (ChildDomain domain = ChildDomain.create(directory.path(), guest.name())) {
            GuestNetwork network = settings.network() == null ? null : GuestNetwork.prepare(settings.network());
            Process process = shell(settings, log, domain, network);
            boolean done = false;
            try {
                ProcessRecord record = build(guest, settings, process, domain, network, log, limit);
                done = true;
                process.onExit().thenAccept(ended -> LOG.info("guest {} (process {}) has ended with exit code {}",
                        guest.name(), ended.pid(), ended.exitValue()));
                return record;
            } finally {
                if (!done) {
                    takeBack(guest, process);
                }
            }
        } catch (IOException e) {
            if (Thread.interrupted()) {
                // Java's channels end with other exceptions then.
                throw new InterruptedException("interrupted while guest " + guest.name() + " was started");
            }
            throw new LaunchException("guest " + guest.name() + " was not started: " + OneLine.of(e), e);
        }
    }

    private Process shell(ProcessSettings settings, Path log, ChildDomain domain, GuestNetwork network)
            throws IOException {
        List<String> words = new ArrayList<>();
        words.add(GuestNetwork.program("setsid", "util-linux").path().toString());
        if (network != null) {
            words.addAll(network.wrapper());
        }
        boolean dataLimit = settings.memory() > 0 && groups.parent() == null;
        words.addAll(List.of("/bin/sh", "-c", SHELL, SHELL_NAME,
                dataLimit ? Long.toString(settings.memory() / KIB) : "", log.toString()));
        words.addAll(settings.command());
        if (!Files.isDirectory(log.getParent()) || Files.exists(log) && !Files.isWritable(log)) {
            throw new LaunchException("cannot write the log " + log);
        }
        ProcessBuilder builder = new ProcessBuilder(words).redirectOutput(Redirect.DISCARD);
        if (settings.directory() != null) {
            if (!Files.isDirectory(settings.directory())) {
                throw new LaunchException("directory '" + settings.directory() + "' does not exist");
            }
            builder.directory(settings.directory().toFile());
        }
        Map<String, String> environment = builder.environment();
        environment.putAll(settings.environment());
        domain.prepare(environment, settings.command().get(0));
        return builder.start();
    }

    private ProcessRecord build(GuestSpec guest, ProcessSettings settings, Process process, ChildDomain domain,
            GuestNetwork network, Path log, Deadline limit) throws IOException, InterruptedException {
        long pid = process.pid();
        if (!limit.await(() -> !process.isAlive() || waits(pid) && (network == null || GuestNetwork.isApart(pid)))) {
            throw new LaunchException("it could not be prepared within " + limit.whole().toMillis() + " ms");
        }
        ProcessStat stat = ProcessStat.read(pid).orElse(null);
        if (stat == null) {
            throw new LaunchException(said(process, log));
        }
        String group = settings.memory() > 0 && groups.parent() != null
                ? groups.enter(guest, settings.memory(), pid) : null;
        if (network != null) {
            network.connect(guest.name(), pid, domain.id().value(), guest.addresses(), limit);
        }
        domain.entrust(pid);
        ProcessRecord record = new ProcessRecord(guest.name(), pid, stat.startTicks(), records.boot(),
                hostProcess(directory), domain.id().value(), log.toString(), group);
        records.write(record);
        try (OutputStream word = process.getOutputStream()) {
            word.write("go\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new LaunchException(said(process, log), e);
        }
        if (!limit.await(() -> !process.isAlive() || begun(pid))) {
            throw new LaunchException("it did not begin within " + limit.whole().toMillis() + " ms");
        }
        if (!process.isAlive() && process.exitValue() >= 126 || failedBeforeCommand(process)) {
            throw new LaunchException(said(process, log));
        }
        process.getErrorStream().close();
        return record;
    }

    /** The shell closes its standard error when it becomes the command; until then that has what went wrong. */
    private static boolean failedBeforeCommand(Process process) throws IOException {
        return !process.isAlive() && process.getErrorStream().available() > 0;
    }

    private static String said(Process process, Path log) throws IOException, InterruptedException {
        if (process.waitFor(1, TimeUnit.SECONDS) && process.getErrorStream().available() > 0) {
            return OneLine.of(new String(process.getErrorStream().readNBytes(KIB), StandardCharsets.UTF_8));
        }
        return LogKeeper.lastLine(log);
    }

    /** Whether a process is the shell that waits for the word. */
    private static boolean waits(long pid) {
        return commandLine(pid).startsWith(SHELL_LINE);
    }

    /** Whether it has become the command; in between, and when it has ended, it has no command line. */
    private static boolean begun(long pid) {
        String line = commandLine(pid);
        return !line.isEmpty() && !line.startsWith(SHELL_LINE);
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** The local host writes its process id into the file it locks. */
    static long hostProcess(LocalDirectory directory) throws IOException {
        String text = Files.readString(directory.lockFile()).strip();
        return text.matches("[0-9]{1,10}") ? Long.parseLong(text) : 0;
    }

    private void takeBack(GuestSpec guest, Process process) {
        boolean interrupted = Thread.interrupted();
        try {
            long start = ProcessStat.read(process.pid()).map(ProcessStat::startTicks).orElse(0L);
            if (!new ProcessTree(process.pid(), start).kill(Deadline.after(CLEAN_UP))) {
                LOG.warn("guest {}: process {} does not go", guest.name(), process.pid());
            }
            groups.remove(guest);
            records.delete(guest.name());
        } catch (LaunchException e) {
            LOG.warn("guest {}: process {} may be left: {}", guest.name(), process.pid(), OneLine.of(e));
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            process.destroyForcibly();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
