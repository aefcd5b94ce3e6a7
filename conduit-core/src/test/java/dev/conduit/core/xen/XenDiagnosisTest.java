package dev.conduit.core.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.PosixLoader;
import dev.conduit.core.xen.XenDiagnosis.Finding;
import dev.conduit.core.xen.event.FakeDomain;
import dev.conduit.core.xen.event.FakeXen;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The diagnosis and the provider over a folder as root of the file system: a guest with all, some or none of it. */
class XenDiagnosisTest {

    private final FakeDomain domain = new FakeXen(PosixLoader.posix()).domain(3);
    private final String user = System.getProperty("user.name");

    @TempDir
    Path root;

    @BeforeEach
    void makeGuest() throws IOException {
        for (String device : List.of("evtchn", "gntdev", "gntalloc", "xenbus", "privcmd")) {
            file("dev/xen/" + device, "");
        }
        file("sys/hypervisor/type", "xen\n");
        file("sys/hypervisor/guest_type", "PV\n");
        file("sys/hypervisor/version/major", "4\n");
        file("sys/hypervisor/version/minor", "17\n");
        file("sys/hypervisor/version/extra", ".7\n");
        file("sys/module/xen_gntalloc/parameters/limit", "1024\n");
        file("sys/module/xen_gntdev/parameters/limit", "65536\n");
        file("proc/xen/capabilities", "");
        file("proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units     \n"
                + "Max open files            1024                 524288               files     \n");
        file("proc/interrupts", " 16:  12  xen-percpu    -virq      timer0\n 32:  300  xen-dyn    -event     evtchn:java\n");
    }

    private void file(String name, String text) throws IOException {
        Files.createDirectories(root.resolve(name).getParent());
        Files.writeString(root.resolve(name), text);
    }

    private static XenStoreClient unreachable() throws XenStoreException {
        throw new XenStoreException("no XenStore here", (Throwable) null);
    }

    private Map<String, Finding> look() {
        return look(XenDiagnosisTest::unreachable);
    }

    private Map<String, Finding> look(XenPlatform.XenStoreConnector connector) {
        Map<String, Finding> found = new LinkedHashMap<>();
        new XenDiagnosis(domain.posix(), root, connector).run().forEach(finding -> found.put(finding.thing(), finding));
        assertThat(domain.open).isEmpty();
        return found;
    }

    private static Finding no(String thing, String detail) {
        return new Finding(thing, false, detail);
    }

    private static Finding ok(String thing, String detail) {
        return new Finding(thing, true, detail);
    }

    private String unavailable() {
        return new XenSystem(domain.posix(), root).unavailable();
    }

    @Test
    void shouldNameEachDeviceAndLimitOfAGuest() throws Exception {
        try (XenStoreServer server = XenStoreServer.start(ServerOptions.defaults())) {
            server.introduce(3);
            try (XenStoreClient dom0 = server.connect(0)) {
                dom0.write("/local/domain/3/domid", "3");
            }

            Map<String, Finding> found = look(() -> server.connect(0));

            assertThat(found.values()).startsWith(
                    ok("xen", "Xen 4.17.7, PV guest"),
                    ok("xen device evtchn", root + "/dev/xen/evtchn"),
                    ok("xen device gntdev", root + "/dev/xen/gntdev"),
                    ok("xen device gntalloc", root + "/dev/xen/gntalloc"),
                    ok("xen device xenbus", root + "/dev/xen/xenbus"),
                    ok("xen device privcmd", root + "/dev/xen/privcmd; only the tools of dom0 need it"),
                    ok("xen files", root + "/proc/xen is mounted"),
                    ok("limit of gntalloc", "1024 pages granted by all programs of this domain together; a vchan with rings"
                            + " of 1 MiB takes 513; for more: echo 2048 | sudo tee " + root
                            + "/sys/module/xen_gntalloc/parameters/limit"),
                    ok("limit of gntdev", "65536 pages in one mapping; a ring of 1 MiB takes 256, twice that mirrored;"
                            + " for more: echo 131072 | sudo tee " + root + "/sys/module/xen_gntdev/parameters/limit"),
                    ok("limit of open files", "1024 for this process; a vchan takes up to 3; for more: ulimit -n 65536"),
                    ok("limit of event channels", "2 are used by this kernel; the most a domain may have is"
                            + " max_event_channels in its configuration, 1023 unless set"));
        }
        assertThat(unavailable()).isNull();
    }

    @Test
    void shouldTryThePlatform() throws Exception {
        try (XenStoreServer server = XenStoreServer.start(ServerOptions.defaults())) {
            try (XenStoreClient dom0 = server.connect(0)) {
                dom0.write("domid", "0");
            }
            Map<String, Finding> found = look(() -> server.connect(0));
            assertThat(found.get("xen domain")).isEqualTo(ok("xen domain", "domain 0; event port 1 was given and closed"));
            assertThat(found.get("xenstore quotas").detail()).contains("nodes 1000", "watches 128", "transactions ");
        }

        assertThat(look().get("xen domain")).isEqualTo(no("xen domain", "cannot reach XenStore: no XenStore here"));
    }

    @Test
    void shouldNameWhatIsMissing() throws Exception {
        Files.delete(root.resolve("dev/xen/gntalloc"));
        Files.delete(root.resolve("sys/module/xen_gntalloc/parameters/limit"));
        Files.delete(root.resolve("proc/xen/capabilities"));

        Map<String, Finding> found = look();

        String gntalloc = root + "/dev/xen/gntalloc cannot be opened (ENOENT): this is no Xen guest, or: sudo modprobe"
                + " xen-gntalloc";
        assertThat(found.values()).contains(
                no("xen device gntalloc", gntalloc),
                no("limit of gntalloc", "cannot read " + root + "/sys/module/xen_gntalloc/parameters/limit: sudo modprobe"
                        + " xen-gntalloc"),
                no("xen files", root + "/proc/xen is not mounted; only the tools of dom0 need it: sudo mount -t xenfs none"
                        + " /proc/xen"));
        assertThat(found).doesNotContainKey("xen domain");
        assertThat(unavailable()).isEqualTo(gntalloc);
    }

    @Test
    void shouldNameMissingRights() {
        domain.failure = (number, name) -> name.equals("open") ? Errno.EACCES : 0;

        assertThat(look().get("xen device evtchn")).isEqualTo(no("xen device evtchn", "user '" + user
                + "' may not read and write " + root + "/dev/xen/evtchn (EACCES): sudo chown " + user + " " + root
                + "/dev/xen/evtchn"));
        assertThat(unavailable()).contains("chown " + user + " " + root + "/dev/xen/evtchn; ", "gntdev", "gntalloc",
                "xenbus");
    }

    @Test
    void shouldNameLimitsThatAreTooLow() throws Exception {
        file("sys/module/xen_gntalloc/parameters/limit", "128");
        file("proc/self/limits", "Max open files            64                 524288               files     \n");

        Map<String, Finding> found = look();

        assertThat(found.get("limit of gntalloc").ok()).isFalse();
        assertThat(found.get("limit of gntalloc").detail()).startsWith("128 pages").contains("echo 1026 | sudo tee");
        assertThat(found.get("limit of open files").ok()).isFalse();
    }

    @Test
    void shouldTakeTheSocketOfDom0InPlaceOfTheDevice() throws Exception {
        Files.delete(root.resolve("dev/xen/xenbus"));
        assertThat(unavailable()).contains("xenbus cannot be opened (ENOENT)", "CONFIG_XEN");
        file("run/xenstored/socket", "");
        file("proc/xen/capabilities", "control_d\n");

        assertThat(unavailable()).isNull();
        assertThat(look().get("xen").detail()).isEqualTo("Xen 4.17.7, PV guest with the rights of dom0");
    }

    @Test
    void shouldSayInOneLineThatThereIsNoXen(@TempDir Path empty) {
        XenSystem system = new XenSystem(domain.posix(), empty);
        assertThat(system.unavailable()).isEqualTo("this is not a Xen guest: " + empty
                + "/sys/hypervisor/type does not say xen, and there is no " + empty + "/dev/xen");
        assertThat(new XenPlatformProvider(empty).unavailable()).isEqualTo(system.unavailable());
        assertThat(new XenDiagnosis(PosixLoader.posix(), empty, XenDiagnosisTest::unreachable).run())
                .noneMatch(Finding::ok).extracting(Finding::thing).containsExactly("xen", "xen device evtchn",
                        "xen device gntdev", "xen device gntalloc", "xen device xenbus", "xen device privcmd");
    }
}
