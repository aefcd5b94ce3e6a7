package dev.conduit.bench.vchan;

import dev.conduit.bench.JavaCommand;
import dev.conduit.core.posix.PosixLoader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A Java to run peers on.
 *
 * @param release 17 or newer
 * @param home its folder
 * @param nativeCalls how Conduit calls native code there: {@code jna} or {@code ffm}
 */
public record JavaHome(int release, Path home, String nativeCalls) {

    private static final int FIRST_WITH_FFM = 22;
    private static final int HEAP_MEGABYTES = 256;

    /**
     * Returns the Java of this process.
     *
     * @return the Java
     */
    public static JavaHome running() {
        return new JavaHome(Runtime.version().feature(), Path.of(System.getProperty("java.home")),
                PosixLoader.posix().name());
    }

    /**
     * Looks for a JDK as {@code ./conduit} does.
     *
     * @param checkout of Conduit
     * @param lowest lowest release
     * @param highest highest release
     * @return the newest of them; empty when there is none
     * @throws IOException when the script that looks fails
     * @throws InterruptedException when interrupted
     */
    public static Optional<JavaHome> find(Path checkout, int lowest, int highest)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-c",
                ". \"$0\"; home=$(jdk_find \"$1\" \"$2\"); [ -z \"$home\" ] || echo \"$(jdk_version \"$home\")\" \"$home\"",
                checkout.resolve("scripts/jdk.sh").toString(), "" + lowest, "" + highest)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String found = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException("scripts/jdk.sh failed with " + process.exitValue());
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        int space = found.indexOf(' ');
        int release = Integer.parseInt(found.substring(0, space));
        return Optional.of(new JavaHome(release, Path.of(found.substring(space + 1)),
                release >= FIRST_WITH_FFM ? "ffm" : "jna"));
    }

    /** The command line of a peer. */
    List<String> peer(String role, Kind kind, Path directory) {
        List<String> command = JavaCommand.options(home, release, HEAP_MEGABYTES);
        command.add("-D" + PosixLoader.PROPERTY + "=" + nativeCalls);
        if (kind == Kind.AERON) {
            command.add("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");
        }
        command.addAll(JavaCommand.main(PeerMain.class, role, kind.name(), directory.toString()));
        return command;
    }
}
