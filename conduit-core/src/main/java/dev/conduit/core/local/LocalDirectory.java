package dev.conduit.core.local;

import dev.conduit.core.DomainId;
import dev.conduit.core.PlatformException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The folder of a local host, and the names in it.
 *
 * @param path the folder
 */
public record LocalDirectory(Path path) {

    /** Environment variable with the folder. */
    public static final String DIRECTORY_VARIABLE = "CONDUIT_DIR";
    /** Environment variable with the domain a process belongs to. */
    public static final String DOMAIN_VARIABLE = "CONDUIT_DOMID";

    /**
     * Most bytes of a socket's path here: sun_path of sys/un.h without the final NUL, and without the byte a socket's
     * name is longer for a moment while it is put in the place of another.
     */
    private static final int MAX_SOCKET_PATH = 106;

    /**
     * Makes the path absolute.
     *
     * @param path the folder
     */
    public LocalDirectory {
        path = path.toAbsolutePath().normalize();
    }

    /**
     * Returns the folder used when none is named: {@code $CONDUIT_DIR}, else {@code $XDG_RUNTIME_DIR/conduit}, else
     * {@code /tmp/conduit-} and the user id.
     *
     * @return the folder, which need not exist
     */
    public static LocalDirectory standard() {
        return standard(System.getenv());
    }

    static LocalDirectory standard(Map<String, String> environment) {
        String named = environment.getOrDefault(DIRECTORY_VARIABLE, "");
        if (!named.isEmpty()) {
            return new LocalDirectory(Path.of(named));
        }
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty()) {
            return new LocalDirectory(Path.of(runtime, "conduit"));
        }
        return new LocalDirectory(Path.of("/tmp/conduit-" + userId()));
    }

    /**
     * Returns the numeric id of the user this process runs as.
     *
     * @return the user id
     */
    public static int userId() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException | UnsupportedOperationException e) {
            throw new UnsupportedOperationException("cannot tell the user id from /proc/self: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the socket on which the host takes requests.
     *
     * @return its path
     */
    public Path controlSocket() {
        return path.resolve("host.sock");
    }

    /**
     * Returns the XenStore socket with the rights of domain 0.
     *
     * @return its path
     */
    public Path xenStoreSocket() {
        return path.resolve("xenstored.sock");
    }

    /**
     * Returns the XenStore socket with the rights of one domain.
     *
     * @param domain the domain
     * @return its path
     */
    public Path xenStoreSocket(DomainId domain) {
        return path.resolve("domain-" + domain + ".sock");
    }

    /**
     * Returns the file a running host has locked; it holds the host's process id.
     *
     * @return its path
     */
    public Path lockFile() {
        return path.resolve("host.lock");
    }

    /**
     * Checks that every socket in this folder has a path the system can bind.
     *
     * @throws PlatformException when the folder's path is too long, with the bound
     */
    public void checkLength() throws PlatformException {
        Path longest = xenStoreSocket(new DomainId(DomainId.FIRST_RESERVED - 1));
        int length = longest.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_SOCKET_PATH) {
            throw new PlatformException("socket path " + longest + " has " + length + " bytes; the most is "
                    + MAX_SOCKET_PATH + ": choose a shorter folder with --dir or " + DIRECTORY_VARIABLE);
        }
    }

    /** Returns the path. */
    @Override
    public String toString() {
        return path.toString();
    }
}
