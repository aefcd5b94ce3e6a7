package dev.conduit.xenstore.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.peer.Peers.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others' programs must get from a server. Run on the real daemons too: it asks for nothing they do not do. */
abstract class ProgramsContract {

    private static final List<String> XENSTORE_TESTS = List.of("read 1", "read 2000", "write 1", "write 2000", "dir",
            "rm node", "rm dir", "ta empty", "ta empty x", "ta rmw", "ta rmw x", "ta err");

    /** The socket of domain 0. */
    abstract Path socket();

    final Result tool(String... command) {
        return Peers.tool(socket(), command);
    }

    final void run(String... command) {
        assertThat(tool(command)).isEqualTo(new Result(0, "", ""));
    }

    final String output(String... command) {
        Result result = tool(command);
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        return result.out();
    }

    @Test
    void shouldReadWhatWasWritten() {
        run("xenstore-write", "/tools/a", "one", "/tools/b", "two");

        assertThat(output("xenstore-read", "/tools/a", "/tools/b")).isEqualTo("one\ntwo\n");
        assertThat(output("xenstore-read", "-p", "/tools/a")).isEqualTo("/tools/a: one\n");
    }

    @Test
    void shouldWriteAndReadBytesThatAreNoText() {
        run("xenstore-write", "/tools/raw", "\\x01\\x00\\xffz");

        assertThat(output("xenstore-read", "/tools/raw")).isEqualTo("\\001\\000\\xffz\n");
    }

    @Test
    void shouldTellWhatIsMissing() {
        assertThat(tool("xenstore-read", "/tools/none"))
                .isEqualTo(new Result(1, "", "xenstore-read: couldn't read path /tools/none\n"));
        assertThat(tool("xenstore-exists", "/tools/none").exitCode()).isEqualTo(1);
        assertThat(tool("xenstore-list", "/tools/none").exitCode()).isEqualTo(1);
    }

    @Test
    void shouldTellThatANodeExists() {
        run("xenstore-write", "/tools/there", "");

        run("xenstore-exists", "/tools/there");
    }

    @Test
    void shouldListChildren() {
        run("xenstore-write", "/tools/dir/a", "1", "/tools/dir/b", "2");

        assertThat(output("xenstore-list", "/tools/dir")).isEqualTo("a\nb\n");
        assertThat(output("xenstore-list", "-p", "/tools/dir")).isEqualTo("/tools/dir/a\n/tools/dir/b\n");
    }

    @Test
    void shouldServeManyProgramsAtOnce() throws Exception {
        List<Process> programs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            programs.add(Peers.startTool(socket(), "xenstore-write", "/tools/together/" + i, "x"));
        }
        for (Process program : programs) {
            assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).isZero();
        }

        assertThat(output("xenstore-list", "/tools/together").lines()).hasSize(20);
    }

    @Test
    void shouldPrintTreesWithPermissions() {
        run("xenstore-write", "/tools/tree/a", "1", "/tools/tree/a/x", "deep", "/tools/tree/b", "");
        run("xenstore-chmod", "/tools/tree/b", "b0", "r4");

        assertThat(output("xenstore-ls", "-fp", "/tools/tree")).isEqualTo("""
                /tools/tree/a = "1"   (n0)
                /tools/tree/a/x = "deep"   (n0)
                /tools/tree/b = ""   (b0,r4)
                """);
        assertThat(output("xenstore-ls", "/tools/tree")).isEqualTo("a = \"1\"\n x = \"deep\"\nb = \"\"\n");
    }

    @Test
    void shouldChangePermissionsOfWholeTrees() {
        run("xenstore-write", "/tools/perms/a/b", "1");
        run("xenstore-chmod", "-r", "/tools/perms", "n0", "r3");

        assertThat(output("xenstore-ls", "-fp", "/tools/perms")).isEqualTo("""
                /tools/perms/a = ""   (n0,r3)
                /tools/perms/a/b = "1"   (n0,r3)
                """);
    }

    @Test
    void shouldRemoveTreesAndTheEmptyParentsAbove() {
        run("xenstore-write", "/tools/rm/kept", "", "/tools/rm/x/y/z", "", "/tools/rm/tree/a/b", "");

        run("xenstore-rm", "/tools/rm/tree");
        run("xenstore-rm", "-t", "/tools/rm/x/y/z");

        assertThat(output("xenstore-list", "/tools/rm")).isEqualTo("kept\n");
    }

    @Test
    void shouldWatchUntilEnoughHappened() throws Exception {
        run("xenstore-write", "/tools/watched/a", "0");
        Process watch = Peers.startTool(socket(), "xenstore-watch", "-n", "3", "/tools/watched");
        try (var lines = watch.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("/tools/watched");
            run("xenstore-write", "/tools/watched/a", "1");
            assertThat(lines.readLine()).isEqualTo("/tools/watched/a");
            run("xenstore-rm", "/tools/watched");
            assertThat(lines.readLine()).isIn("/tools/watched", "/tools/watched/a");
            assertThat(watch.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(watch.exitValue()).isZero();
        } finally {
            watch.destroyForcibly();
        }
    }

    @Test
    void shouldPassEveryTestOfTestXenstore() {
        Result result = tool("test-xenstore", "-i", "5");

        assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
        assertThat(result.out().lines().map(line -> line.split(":")[0].strip())).containsSubsequence(XENSTORE_TESTS);
    }

    @Test
    void shouldServeThePythonClient(@TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(Peers.run(Map.of(), List.of("sh", "-c", "command -v python3")).exitCode() == 0,
                "needs python3: apt-get install python3");
        Result result = Peers.run(Map.of("XENSTORED_PATH", socket().toString(), "PYTHONDONTWRITEBYTECODE", "1",
                "PYTHONPATH", Peers.unpacked().resolve("root/usr/lib/python3/dist-packages").toString()),
                List.of("python3", resource(directory, "pyxs_session.py").toString()));

        assertThat(result).isEqualTo(new Result(0, "done\n", ""));
    }

    @Test
    void shouldServeTheCLibraryFromManyThreads(@TempDir Path directory) throws Exception {
        Path root = Peers.unpacked().resolve("root/usr");
        Path libraries;
        try (var found = Files.newDirectoryStream(root.resolve("lib"), "*-linux-gnu*")) {
            libraries = found.iterator().next();
        }
        Path program = directory.resolve("libxenstore_session");
        Result compiled = Peers.run(Map.of(), List.of("gcc", "-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror",
                "-I" + root.resolve("include"), "-o", program.toString(),
                resource(directory, "libxenstore_session.c").toString(), "-pthread", "-L" + libraries,
                "-Wl,--allow-shlib-undefined", "-lxenstore"));
        assertThat(compiled).isEqualTo(new Result(0, "", ""));

        Result result = Peers.run(Map.of("XENSTORED_PATH", socket().toString(), "LD_LIBRARY_PATH",
                libraries.toString()), List.of(program.toString()));

        assertThat(result).isEqualTo(new Result(0, "done\n", ""));
    }

    private static Path resource(Path directory, String name) throws Exception {
        Path file = directory.resolve(name);
        try (var in = ProgramsContract.class.getResourceAsStream(name)) {
            Files.copy(in, file);
        }
        return file;
    }
}
