package dev.conduit.rendezvous.launch.process;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.support.OneLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory limits by control groups, version 2 (the kernel's Documentation/admin-guide/cgroup-v2.rst): a group for each
 * guest, next to this process's own, so that it outlives that.
 *
 * @param parent the folder to make groups in, or null
 * @param missing why there is none
 */
record ControlGroups(Path parent, String missing) {

    private static final Logger LOG = LoggerFactory.getLogger(ControlGroups.class);
    private static final String PREFIX = "conduit-";

    static ControlGroups ofThisProcess() {
        try {
            return find(Path.of("/sys/fs/cgroup"), Files.readAllLines(Path.of("/proc/self/cgroup")));
        } catch (IOException e) {
            return new ControlGroups(null, OneLine.of(e));
        }
    }

    /** {@code own} is what /proc/self/cgroup says. */
    static ControlGroups find(Path mount, List<String> own) throws IOException {
        String path = own.stream().filter(line -> line.startsWith("0::/")).findFirst().orElse("").replace("0::/", "");
        if (!Files.exists(mount.resolve("cgroup.controllers"))) {
            return new ControlGroups(null, "no control groups of version 2 at " + mount);
        }
        Path group = mount.resolve(path);
        Path parent = path.isEmpty() ? mount : group.getParent();
        Path control = parent.resolve("cgroup.subtree_control");
        if (!List.of(Files.readString(control).strip().split(" ")).contains("memory")) {
            return new ControlGroups(null, control + " has no memory controller");
        }
        if (!Files.isWritable(parent.resolve("cgroup.procs"))) {
            return new ControlGroups(null, "no right to make groups in " + parent);
        }
        return new ControlGroups(parent, null);
    }

    /** Makes a guest's group, and puts a process into it. */
    String enter(GuestSpec guest, long bytes, long pid) throws LaunchException {
        Path group = parent.resolve(PREFIX + guest.name());
        try {
            Files.createDirectories(group);
            Files.writeString(group.resolve("memory.max"), Long.toString(bytes));
            if (Files.exists(group.resolve("memory.swap.max"))) {
                Files.writeString(group.resolve("memory.swap.max"), "0");
            }
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
            return group.toString();
        } catch (IOException e) {
            remove(group.toString());
            throw new LaunchException("cannot limit the memory to " + bytes + " bytes by " + group + ": " + OneLine.of(e),
                    e);
        }
    }

    /** Kills what is left in a group, wherever it has gone to otherwise. */
    static void kill(String group) {
        Path file = Path.of(group, "cgroup.kill");
        try {
            if (Files.exists(file)) {
                Files.writeString(file, "1");
            }
        } catch (IOException e) {
            LOG.warn("cannot kill what is left in {}: {}", group, OneLine.of(e));
        }
    }

    /** Removes a guest's group, if it has one. */
    void remove(GuestSpec guest) {
        if (parent != null) {
            remove(parent.resolve(PREFIX + guest.name()).toString());
        }
    }

    static void remove(String group) {
        try {
            Files.deleteIfExists(Path.of(group));
        } catch (IOException e) {
            LOG.debug("{} stays: {}", group, OneLine.of(e));
        }
    }
}
