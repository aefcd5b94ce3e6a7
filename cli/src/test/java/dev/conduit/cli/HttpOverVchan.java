package dev.conduit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** An HTTP server (Python's) on a Unix socket in one domain, and curl on a Unix socket in the other. */
final class HttpOverVchan {

    private static final int BODY = 4_000_003;

    final Path serverSocket;
    final Path clientSocket;
    private final Path folder;
    private final byte[] body = new byte[BODY];

    HttpOverVchan(TwoDomains domains, Path folder) throws Exception {
        TwoDomains.requirePrograms("python3", "curl");
        this.folder = folder;
        serverSocket = folder.resolve("httpd.sock");
        clientSocket = folder.resolve("curl.sock");
        new Random(11).nextBytes(body);
        Path files = Files.createDirectories(folder.resolve("www"));
        Files.write(files.resolve("body"), body);
        Files.writeString(files.resolve("small"), "hello\n");
        Path script = folder.resolve("unix_http.py");
        try (InputStream in = HttpOverVchan.class.getResourceAsStream("unix_http.py")) {
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }
        Command server = domains.keep(Command.start(
                new ProcessBuilder("python3", script.toString(), serverSocket.toString(), files.toString())));
        server.awaitOutput("ready".length());
    }

    Command.Result curl(String... arguments) throws Exception {
        List<String> words = new ArrayList<>(
                List.of("curl", "-sS", "--max-time", "30", "--unix-socket", clientSocket.toString()));
        words.addAll(List.of(arguments));
        try (Command curl = Command.start(new ProcessBuilder(words))) {
            return curl.finish();
        }
    }

    /** Two requests on one connection, then bodies of some megabytes each way, each on a connection of its own. */
    void assertCarriesRequests() throws Exception {
        Command.Result twice = curl("http://host/small", "http://host/small");
        assertThat(twice.exit()).as(twice.error()).isZero();
        assertThat(twice.text()).isEqualTo("hello\nhello\n");
        Command.Result down = curl("http://host/body");
        assertThat(down.exit()).as(down.error()).isZero();
        assertThat(MessageDigest.isEqual(down.output(), body)).as("the %d bytes received", down.output().length).isTrue();
        Command.Result up = curl("--data-binary", "@" + folder.resolve("www/body"), "http://host/");
        assertThat(up.text()).as(up.error())
                .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body)));
    }

    /** A client that leaves in the middle of a body. */
    void leaveInTheMiddle() throws Exception {
        List<String> words = List.of("curl", "-sS", "--limit-rate", "200k", "--unix-socket", clientSocket.toString(),
                "http://host/body");
        try (Command curl = Command.start(new ProcessBuilder(words))) {
            curl.awaitOutput(20_000);
        }
    }
}
