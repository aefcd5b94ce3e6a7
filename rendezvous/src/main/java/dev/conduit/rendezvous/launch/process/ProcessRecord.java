package dev.conduit.rendezvous.launch.process;

import dev.conduit.core.local.ProcessStat;
import java.util.Optional;

/**
 * What is remembered of a process that was started, so that it is found again by whoever comes after this JVM.
 *
 * @param name the guest's
 * @param pid the process, which began a session of its own
 * @param startTicks when it started, after {@code boot}
 * @param boot the system's boot id
 * @param host the process of the local host of which it is a domain
 * @param domain its domain there
 * @param log where its output goes
 * @param group its control group, or null
 */
record ProcessRecord(String name, long pid, long startTicks, String boot, long host, int domain, String log,
        String group) {

    /** The process itself, while it runs. */
    Optional<ProcessStat> stat() {
        return ProcessStat.read(pid).filter(now -> now.startTicks() == startTicks);
    }
}
