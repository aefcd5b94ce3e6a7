package dev.conduit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The directory as a process, with guests that are processes: commands, restarts, kill -9. */
final class JitsudCommandTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private LocalHost host;
    private Path config;

    @BeforeEach
    void startHost() throws IOException {
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder.resolve("h")));
        config = folder.resolve("services.yaml");
        configure("www");
    }

    /** Guests note each boot, wait for a file named {@code go}, and then greet one client after the other. */
    private void configure(String name) throws IOException {
        String listen = "'" + String.join("' '", JavaProcess.command("listen", name)) + "'";
        Path script = Files.writeString(folder.resolve("guest.sh"), "echo $$ > " + folder.resolve("www.pid")
                + "\necho boot >> " + folder.resolve("boots")
                + "\nwhile [ ! -e " + folder.resolve("go") + " ]; do sleep 0.1; done\nwhile :; do echo hello | " + listen
                + "; done\n");
        Files.writeString(config, """
                services:
                  - name: %s
                    launcher: process
                    process: { command: [sh, %s] }
                    ready: { conduit: %s, within: 60s }
                """.formatted(name, script, name));
    }

    @AfterEach
    void stopHost() throws IOException {
        Path pid = folder.resolve("www.pid");
        if (Files.exists(pid)) {
            ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(guest -> {
                List<ProcessHandle> children = guest.descendants().toList();
                guest.destroyForcibly();
                children.forEach(ProcessHandle::destroyForcibly);
            });
        }
        host.close();
    }

    private String dir() {
        return host.directory().toString();
    }

    private Command jitsud() throws IOException {
        Command jitsud = Command.start("jitsud", "--config", config.toString(), "--dir", dir());
        jitsud.awaitNotice("services ready");
        return jitsud;
    }

    private void go() throws IOException {
        Files.writeString(folder.resolve("go"), "");
    }

    private List<String> boots() throws IOException {
        Path boots = folder.resolve("boots");
        return Files.exists(boots) ? Files.readAllLines(boots) : List.of();
    }

    private String run(String... arguments) throws Exception {
        Command.Result result = Command.run(arguments);
        assertThat(result.exit()).as(result.error()).isZero();
        return result.text();
    }

    @Test
    void shouldBootServiceThatIsConnectedToAndShowIt() throws Exception {
        go();
        try (Command jitsud = jitsud()) {
            assertThat(run("services", "--dir", dir())).containsPattern("www +off ");
            assertThat(run("connect", "www", "--dir", dir(), "--timeout", "60")).isEqualTo("hello\n");
            jitsud.awaitNotice("www: ready");
            assertThat(run("services", "--dir", dir())).containsPattern("www +ready ");
            assertThat(run("timeline", "www", "--dir", dir())).contains("CAUSE").containsPattern("www .* connect +domain-");
            assertThat(run("timeline", "--json", "--dir", dir())).contains("\"service\":\"www\"").contains("\"created\":");
            run("services", "stop", "www", "--dir", dir());
            assertThat(run("services", "--dir", dir(), "--json")).contains("\"state\":\"off\"");
            run("services", "start", "www", "--dir", dir());
            assertThat(boots()).hasSize(2);
            run("services", "stop", "www", "--dir", dir());
        }
    }

    @Test
    void shouldFindItsGuestAgainWhenItWasKilledInTheMiddleOfABoot() throws Exception {
        try (Command first = jitsud();
                Command asking = Command.start("services", "start", "www", "--dir", dir())) {
            await().atMost(LONG).until(() -> boots().size() == 1);
            first.process().destroyForcibly().waitFor();
            assertThat(asking.finish().error()).contains("the directory ended");
        }
        try (Command second = jitsud()) {
            second.awaitNotice("www: its guest runs already");
            go();
            run("services", "start", "www", "--dir", dir());
            assertThat(boots()).hasSize(1);
            assertThat(run("timeline", "--dir", dir())).containsPattern("www .* adopted +directory");
            run("services", "stop", "www", "--dir", dir());
        }
    }

    @Test
    void shouldLeaveGuestsToTheNextDirectoryWhenItEnds() throws Exception {
        go();
        try (Command first = jitsud()) {
            run("services", "start", "www", "--dir", dir());
            first.process().toHandle().destroy();
            assertThat(first.finish().error()).contains("ending; guests go on");
        }
        try (Command second = jitsud()) {
            second.awaitNotice("www: ready");
            assertThat(boots()).hasSize(1);
        }
    }

    @Test
    void shouldKeepTheOldConfigurationWhenTheNewOneIsWrong() throws Exception {
        try (Command jitsud = jitsud()) {
            Files.writeString(config, "services:\n  - { name: www, launcher: process, process: { command: x, memory: lots } }\n"
                    + "  - { nam: x }\n");
            Command.Result refused = Command.run("services", "reload", "--dir", dir());
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.error().lines()).satisfiesExactly(
                    line -> assertThat(line).startsWith("conduit: " + config + ":2: process.memory: 'lots' is not an amount"),
                    line -> assertThat(line).isEqualTo(config + ":3: a service has no 'name'"),
                    line -> assertThat(line).isEqualTo(
                            config + ":3: a service has no 'launcher'; there is libvirt, process, xapi, xl"),
                    line -> assertThat(line).isEqualTo(config + ":3: unknown key 'nam'; did you mean 'name'?"));
            jitsud.awaitNotice("the old one stays");
            assertThat(run("services", "--dir", dir())).containsPattern("www +off ");
            configure("other");
            run("services", "reload", "--dir", dir());
            assertThat(run("services", "--dir", dir())).containsPattern("other +off ").doesNotContain("www");
        }
    }

    @Test
    void shouldSayWhatIsWrongAndEnd() throws Exception {
        Files.writeString(config, "services: 5\n");
        Command.Result result = Command.run("jitsud", "--config", config.toString(), "--dir", dir());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error()).isEqualToNormalizingNewlines(
                "conduit: " + config + ":1: 'services' is '5', not a list\n");
        Command.Result absent = Command.run("services", "--dir", dir());
        assertThat(absent.exit()).isEqualTo(1);
        assertThat(absent.error()).startsWith("conduit: no directory runs: there is no ");
    }
}
