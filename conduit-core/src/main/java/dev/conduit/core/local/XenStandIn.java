package dev.conduit.core.local;

import dev.conduit.core.PlatformException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The C library that stands in for libxengnttab and libxenevtchn in unmodified C programs on the local platform, when it
 * is preloaded. Its source travels in this jar ({@code xen_stand_in.c}) and is compiled once for each host's folder.
 */
public final class XenStandIn {

    private static final String SOURCE = "xen_stand_in.c";
    private static final String PRELOAD = "LD_PRELOAD";
    private static final String COMPILER = "cc";
    private static final String PACKAGES = "install one, on Debian: apt-get install gcc libc6-dev";
    private static final long COMPILER_SECONDS = 60;
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
    private static final long MAX_PROGRAM = 256 << 20;
    private static final List<String> REPLACED = List.of("libxenvchan.so", "libxengnttab.so", "libxenevtchn.so");

    private XenStandIn() {
    }

    /**
     * Compiles the library unless that is done already, and adds it to what a child process preloads. Programs that do
     * not use Xen's libraries do not notice it. May block for as long as the compiler takes, at most a minute.
     *
     * @param folder a local host's folder, which keeps the compiled library
     * @param environment of the child process; changed
     * @throws PlatformException when there is no C compiler, or it fails, with what to install
     */
    public static void preload(Path folder, Map<String, String> environment) throws PlatformException {
        String library = library(folder.toAbsolutePath().normalize()).toString();
        environment.merge(PRELOAD, library, (others, own) -> others.isEmpty() ? own : own + ":" + others);
    }

    /**
     * Adds the library to what a program preloads, as {@link #preload(Path, Map)} does, if it can be compiled; a program
     * that does not use Xen's libraries, or does not show it, runs without it as well.
     *
     * @param folder a local host's folder, which keeps the compiled library
     * @param environment of the program; changed
     * @param program a path, or a name to be found on the PATH
     * @throws PlatformException when the program needs the library and it cannot be compiled, with what to install
     */
    public static void preload(Path folder, Map<String, String> environment, String program) throws PlatformException {
        try {
            preload(folder, environment);
        } catch (PlatformException e) {
            if (isNeededBy(program)) {
                throw e;
            }
        }
    }

    /**
     * Tells whether the library can be compiled, without trying.
     *
     * @return null when there is a C compiler, else that there is none, and what to install
     */
    public static String unavailable() {
        return find(COMPILER) != null ? null
                : "no C compiler (cc) on the PATH, so C programs made for Xen cannot run here: " + PACKAGES;
    }

    private static Path library(Path folder) throws PlatformException {
        byte[] source = source();
        Path library = folder.resolve("xen-stand-in-" + digest(source) + ".so");
        if (library.toString().matches(".*[ :].*")) {
            throw new PlatformException("a library to preload cannot have a space or a colon in its path: '" + library
                    + "'");
        }
        if (Files.exists(library)) {
            return library;
        }
        if (unavailable() != null) {
            throw new PlatformException(unavailable());
        }
        try {
            compile(source, library);
        } catch (IOException e) {
            throw new PlatformException("cannot build " + library + ", which C programs for Xen need here: "
                    + e.getMessage(), e);
        }
        return library;
    }

    /** Under another name first: a child that starts meanwhile must not see half of it. */
    private static void compile(byte[] source, Path library) throws IOException {
        Path folder = library.getParent();
        Path made = Files.createTempFile(folder, "xen-stand-in-", ".new");
        Path messages = Files.createTempFile(folder, "xen-stand-in-", ".log");
        try {
            run(new ProcessBuilder(COMPILER, "-std=gnu11", "-O2", "-shared", "-fPIC", "-pthread", "-Wl,-z,nodelete",
                    "-o", made.toString(), "-x", "c", "-").redirectErrorStream(true)
                    .redirectOutput(messages.toFile()).start(), source, messages);
            Files.move(made, library, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(made);
            Files.delete(messages);
        }
    }

    private static void run(Process compiler, byte[] source, Path messages) throws IOException {
        try (var input = compiler.getOutputStream()) {
            input.write(source);
        } catch (IOException e) {
            // It ended without reading everything; its exit code and messages say why.
        }
        try {
            if (!compiler.waitFor(COMPILER_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(COMPILER + " did not end within " + COMPILER_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + COMPILER + " ran", e);
        } finally {
            compiler.destroyForcibly();
        }
        if (compiler.exitValue() != 0) {
            String said = Files.readString(messages, StandardCharsets.ISO_8859_1);
            throw new IOException(COMPILER + " failed (" + said.lines().filter(line -> line.contains("error")).findFirst()
                    .orElse("exit code " + compiler.exitValue()) + "): on Debian, apt-get install gcc libc6-dev");
        }
    }

    /**
     * Tells whether a program cannot do its work without the stand-in: whether it is linked with libxenvchan,
     * libxengnttab or libxenevtchn itself.
     *
     * @param command as given to {@link ProcessBuilder}: a path, or a name to be found on the PATH
     * @return false also for scripts, and for what cannot be read
     */
    public static boolean isNeededBy(String command) {
        try {
            Path program = find(command);
            if (program == null || Files.size(program) > MAX_PROGRAM) {
                return false;
            }
            byte[] start = new byte[ELF.length];
            try (InputStream in = Files.newInputStream(program)) {
                if (in.readNBytes(start, 0, start.length) < start.length || !Arrays.equals(start, ELF)) {
                    return false;
                }
                String rest = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                return REPLACED.stream().anyMatch(rest::contains);
            }
        } catch (IOException e) {
            return false;
        }
    }

    private static Path find(String command) {
        if (command.contains("/")) {
            return Path.of(command);
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path program = Path.of(folder, command);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        return null;
    }

    private static byte[] source() {
        try (InputStream in = XenStandIn.class.getResourceAsStream(SOURCE)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(SOURCE + " cannot be read from this jar", e);
        }
    }

    private static String digest(byte[] source) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(source), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
