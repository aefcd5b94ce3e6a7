package dev.conduit.rendezvous.launch.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.StopMode;
import dev.conduit.rendezvous.time.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.DomainInfo.DomainState;

/** Against libvirt itself, with its test driver, whose domains are in the memory of this JVM. */
@Timeout(300)
class LibvirtLauncherTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String DEFAULT = "test:///default";

    @TempDir
    private Path folder;

    /** The driver forgets its domains with the last connection. */
    private Connect witness;
    private LibvirtLauncher launcher;

    @BeforeEach
    void open() throws Exception {
        boolean here = true;
        try {
            Hypervisor.load();
        } catch (LinkageError e) {
            here = false;
        }
        assumeTrue(here, "needs Debian's libvirt0");
        witness = new Connect(DEFAULT);
        launcher = (LibvirtLauncher) new LibvirtLauncherProvider().open(null);
    }

    @AfterEach
    void close() throws Exception {
        if (witness != null) {
            launcher.close();
            for (Domain domain : witness.listAllDomains(0)) {
                if (!domain.getName().equals("test")) {
                    if (domain.isActive() == 1) {
                        domain.destroy();
                    }
                    domain.undefine(1);
                }
                domain.free();
            }
            witness.close();
        }
    }

    private static String xml(String name) {
        return "<domain type='test'><name>" + name + "</name><memory>65536</memory><vcpu>1</vcpu>"
                + "<os><type>hvm</type></os></domain>";
    }

    private GuestSpec guest(String name, String domain) throws Exception {
        Path file = Files.writeString(folder.resolve(name + ".xml"), xml(domain));
        return new GuestSpec(name, List.of(), Map.of("uri", DEFAULT, "domain", domain, "xml", file.toString()));
    }

    private GuestState state(GuestSpec guest) throws Exception {
        return launcher.states(List.of(guest)).get(guest.name());
    }

    @Test
    void shouldDefineStartAndStop() throws Exception {
        GuestSpec guest = guest("web", "web-domain");
        assertThat(state(guest)).isEqualTo(GuestState.OFF);
        launcher.stop(guest, StopMode.DESTROY, LONG);
        assertThat(launcher.start(guest, LONG)).as("no domain of Xen's").isEqualTo(-1);
        assertThat(state(guest)).isEqualTo(GuestState.RUNNING);
        launcher.start(guest, LONG);
        launcher.stop(guest, StopMode.SHUTDOWN, LONG);
        assertThat(state(guest)).isEqualTo(GuestState.OFF);
        launcher.stop(guest, StopMode.SHUTDOWN, LONG);
        launcher.start(guest, LONG);
        launcher.stop(guest, StopMode.DESTROY, LONG);
        launcher.stop(guest, StopMode.DESTROY, LONG);
        assertThat(state(guest)).isEqualTo(GuestState.OFF);
    }

    @Test
    void shouldSaveAndGoOn() throws Exception {
        GuestSpec guest = guest("web", "web");
        launcher.start(guest, LONG);
        launcher.stop(guest, StopMode.SUSPEND, LONG);
        assertThat(state(guest)).isEqualTo(GuestState.SUSPENDED);
        launcher.stop(guest, StopMode.SUSPEND, LONG);
        launcher.start(guest, LONG);
        assertThat(state(guest)).isEqualTo(GuestState.RUNNING);
        launcher.stop(guest, StopMode.SUSPEND, LONG);
        launcher.stop(guest, StopMode.DESTROY, LONG);
        assertThat(state(guest)).as("its memory is forgotten").isEqualTo(GuestState.OFF);
    }

    @Test
    void shouldLeaveGuestRunningThatCannotBeSaved() throws Exception {
        Domain transientDomain = witness.domainCreateXML(xml("passing"), 0);
        GuestSpec guest = new GuestSpec("web", List.of(), Map.of("uri", DEFAULT, "domain", "passing"));
        assertThatThrownBy(() -> launcher.stop(guest, StopMode.SUSPEND, LONG)).isInstanceOf(LaunchException.class)
                .hasMessage("guest web was not stopped: Requested operation is not valid: cannot do managed save for"
                        + " transient domain");
        assertThat(state(guest)).isEqualTo(GuestState.RUNNING);
        launcher.stop(guest, StopMode.DESTROY, LONG);
        assertThat(state(guest)).isEqualTo(GuestState.OFF);
        transientDomain.free();
    }

    @Test
    void shouldLetPausedGuestGoOn() throws Exception {
        GuestSpec guest = guest("web", "web");
        launcher.start(guest, LONG);
        Domain domain = witness.domainLookupByName("web");
        domain.suspend();
        assertThat(state(guest)).isEqualTo(GuestState.PAUSED);
        launcher.start(guest, LONG);
        assertThat(state(guest)).isEqualTo(GuestState.RUNNING);
        domain.suspend();
        launcher.stop(guest, StopMode.SHUTDOWN, LONG);
        assertThat(state(guest)).isEqualTo(GuestState.OFF);
        domain.free();
    }

    @ParameterizedTest
    @CsvSource({"NOSTATE, RUNNING", "RUNNING, RUNNING", "BLOCKED, RUNNING", "PAUSED, PAUSED", "SHUTDOWN, STOPPING",
        "SHUTOFF, OFF", "CRASHED, CRASHED", "PMSUSPENDED, PAUSED"})
    void shouldMapStates(String theirs, GuestState ours) {
        assertThat(LibvirtDomain.map(DomainState.valueOf("VIR_DOMAIN_" + theirs))).isEqualTo(ours);
    }

    @ParameterizedTest
    @CsvSource({"xen:///system, true", "xen+unix:///system, true", "xen+ssh://other/system, false", "test:///default, false"})
    void shouldKnowWhoseNumbersAreDomainsHere(String uri, boolean here) {
        assertThat(new LibvirtSettings(uri, "web", null).isXenHere()).isEqualTo(here);
    }

    @Test
    void shouldListThousandsAtOnce() throws Exception {
        int count = 2000;
        StringBuilder node = new StringBuilder("<node>");
        for (int i = 0; i < count; i++) {
            node.append(xml("sleeper-" + i));
        }
        Path file = Files.writeString(folder.resolve("node.xml"), node.append("</node>"));
        String uri = "test://" + file;
        List<GuestSpec> guests = new ArrayList<>();
        for (int i = 0; i <= count; i++) {
            guests.add(new GuestSpec("sleeper-" + i, List.of(), Map.of("uri", uri)));
        }
        // The driver starts what it reads from a file.
        launcher.stop(guests.get(0), StopMode.DESTROY, LONG);
        launcher.stop(guests.get(1), StopMode.SUSPEND, LONG);
        assertThat(launcher.states(guests)).hasSize(count + 1).containsEntry("sleeper-0", GuestState.OFF)
                .containsEntry("sleeper-1", GuestState.SUSPENDED).containsEntry("sleeper-2", GuestState.RUNNING)
                .containsEntry("sleeper-" + count, GuestState.OFF);
    }

    @Test
    void shouldOpenLostConnectionAgain() throws Exception {
        GuestSpec guest = guest("web", "web");
        launcher.start(guest, LONG);
        launcher.hypervisor(DEFAULT).<Void>call("lost between two calls", Deadline.after(LONG), connection -> {
            connection.close();
            return null;
        });
        assertThat(state(guest)).isEqualTo(GuestState.RUNNING);
        int[] runs = {0};
        assertThat(launcher.hypervisor(DEFAULT).<Integer>call("lost in the middle", Deadline.after(LONG), connection -> {
            if (runs[0]++ == 0) {
                connection.close();
                connection.close();
            }
            return connection.domainLookupByName("test").isPersistent();
        })).isOne();
        assertThat(runs[0]).isEqualTo(2);
    }

    @Test
    void shouldNotWaitForAHypervisorForever() throws Exception {
        Hypervisor hypervisor = launcher.hypervisor(DEFAULT);
        CountDownLatch end = new CountDownLatch(1);
        Hypervisor.Work<Void> hang = connection -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return null;
        };
        for (int i = 0; i < Hypervisor.MAX_CALLS; i++) {
            assertThatThrownBy(() -> hypervisor.call("guest web", Deadline.after(Duration.ofMillis(5)), hang))
                    .hasMessage("guest web: libvirt at test:///default did not answer within 5 ms");
        }
        assertThatThrownBy(() -> hypervisor.call("guest web", Deadline.after(Duration.ofMillis(5)), hang))
                .hasMessage("guest web: 16 calls to libvirt at test:///default are unanswered");
        end.countDown();
        assertThat(state(guest("web", "web"))).isEqualTo(GuestState.OFF);
    }

    @Test
    void shouldBeInterrupted() throws Exception {
        GuestSpec guest = guest("web", "web");
        AtomicReference<Exception> end = new AtomicReference<>();
        Thread starter = new Thread(() -> {
            Thread.currentThread().interrupt();
            try {
                launcher.start(guest, LONG);
            } catch (LaunchException | InterruptedException e) {
                end.set(e);
            }
        });
        starter.start();
        starter.join(LONG.toMillis());
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertThat(state(guest)).isEqualTo(GuestState.OFF);
    }

    @Test
    void shouldTellWhatIsWrong() throws Exception {
        GuestSpec none = new GuestSpec("web", List.of(), Map.of("uri", DEFAULT));
        assertThatThrownBy(() -> launcher.start(none, LONG)).isInstanceOf(LaunchException.class)
                .hasMessage("guest web was not started: there is no domain 'web' at test:///default, and no xml to define"
                        + " it from");
        GuestSpec noFile = new GuestSpec("web", List.of(), Map.of("uri", DEFAULT, "xml", "/no/such.xml"));
        assertThatThrownBy(() -> launcher.start(noFile, LONG))
                .hasMessage("guest web was not started: xml: cannot read /no/such.xml");
        Path other = Files.writeString(folder.resolve("other.xml"), xml("other"));
        GuestSpec wrongName = new GuestSpec("web", List.of(), Map.of("uri", DEFAULT, "xml", other.toString()));
        assertThatThrownBy(() -> launcher.start(wrongName, LONG)).hasMessage("guest web was not started: xml: " + other
                + " is of a domain 'other', not 'web'");
        Path broken = Files.writeString(folder.resolve("broken.xml"), "<domain type='test'><name>web</name>");
        GuestSpec brokenXml = new GuestSpec("web", List.of(), Map.of("uri", DEFAULT, "xml", broken.toString()));
        assertThatThrownBy(() -> launcher.start(brokenXml, LONG)).isInstanceOf(LaunchException.class)
                .hasMessageStartingWith("guest web was not started: ");
        GuestSpec nowhere = new GuestSpec("web", List.of(), Map.of("uri", "test:///no/such.xml"));
        assertThatThrownBy(() -> launcher.start(nowhere, LONG)).hasMessageContaining("/no/such.xml");
        assertThat(launcher.check(new GuestSpec("web", List.of(), Map.of("uri", "xen", "name", "x"))))
                .extracting(problem -> problem.key() + ": " + problem.message()).containsExactlyInAnyOrder(
                        "uri: 'xen' is not a URI of libvirt, such as xen:///system",
                        "name: is not a setting of this launcher; it has domain, uri, xml");
    }

    @Test
    void shouldRefuseUseAfterClose() throws Exception {
        GuestSpec guest = guest("web", "web");
        launcher.start(guest, LONG);
        launcher.close();
        launcher.close();
        assertThat(witness.domainLookupByName("web").isActive()).as("guests go on").isOne();
        assertThatThrownBy(() -> state(guest)).hasMessage("the launcher libvirt is closed");
        assertThatThrownBy(() -> launcher.start(guest, LONG)).hasMessage("the launcher libvirt is closed");
    }

    private static List<String> run(String classPath, String... options) throws Exception {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of(options));
        words.addAll(List.of("-cp", classPath, LibvirtMain.class.getName()));
        Process process = new ProcessBuilder(words).start();
        try (var lines = process.inputReader()) {
            return lines.lines().toList();
        }
    }

    @Test
    void shouldNameWhatIsMissing() throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        assertThat(run(classPath, "-Djna.platform.library.path=/no/such")).hasSize(2).containsOnly(
                "launcher libvirt: the library libvirt.so.0 cannot be loaded: on Debian, apt-get install libvirt0");
        String without = Arrays.stream(classPath.split(":")).filter(each -> !each.contains("/libvirt-"))
                .collect(Collectors.joining(":"));
        assertThat(run(without)).hasSize(2).containsOnly(
                "launcher libvirt: the Java binding is not on the class path: add org.libvirt:libvirt");
    }
}
