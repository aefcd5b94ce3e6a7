package dev.conduit.rendezvous.launch.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.rendezvous.launch.GuestSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On plain files with the names the kernel uses. */
class ControlGroupsTest {

    @TempDir
    private Path mount;

    @BeforeEach
    void slice() throws Exception {
        Files.createDirectories(mount.resolve("system.slice/jitsud.service"));
        Files.writeString(mount.resolve("cgroup.controllers"), "cpu memory pids\n");
        Files.writeString(mount.resolve("system.slice/cgroup.procs"), "");
        Files.writeString(mount.resolve("system.slice/cgroup.subtree_control"), "memory pids\n");
    }

    @Test
    void shouldMakeGroupsNextToItsOwn() throws Exception {
        ControlGroups groups = ControlGroups.find(mount, List.of("4:memory:/x", "0::/system.slice/jitsud.service"));
        assertThat(groups.parent()).isEqualTo(mount.resolve("system.slice"));
        GuestSpec guest = new GuestSpec("web", List.of(), Map.of());
        Path group = Path.of(groups.enter(guest, 1 << 20, 4242));
        assertThat(group).isEqualTo(mount.resolve("system.slice/conduit-web"));
        assertThat(group.resolve("memory.max")).hasContent("1048576");
        assertThat(group.resolve("cgroup.procs")).hasContent("4242");
    }

    @Test
    void shouldSayWhyThereAreNone() throws Exception {
        assertThat(ControlGroups.find(mount.resolve("none"), List.of("0::/")).missing())
                .isEqualTo("no control groups of version 2 at " + mount.resolve("none"));
        Files.writeString(mount.resolve("system.slice/cgroup.subtree_control"), "pids\n");
        assertThat(ControlGroups.find(mount, List.of("0::/system.slice/jitsud.service")).missing())
                .isEqualTo(mount.resolve("system.slice/cgroup.subtree_control") + " has no memory controller");
    }
}
