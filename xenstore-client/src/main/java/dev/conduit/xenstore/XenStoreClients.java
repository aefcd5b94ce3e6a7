package dev.conduit.xenstore;

import dev.conduit.xenstore.client.DeviceTransport;
import dev.conduit.xenstore.client.RingTransport;
import dev.conduit.xenstore.client.SocketTransport;
import dev.conduit.xenstore.client.StoreClient;
import dev.conduit.xenstore.client.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Makes connections to XenStore. */
public final class XenStoreClients {

    private static final Path STANDARD_SOCKET = Path.of("/var/run/xenstored/socket");
    private static final Path DEVICE = Path.of("/dev/xen/xenbus");
    /** S_IFMT and S_IFCHR of stat(2). */
    private static final int FILE_TYPE = 0170000;
    private static final int CHARACTER_DEVICE = 0020000;

    private XenStoreClients() {
    }

    /**
     * Connects as {@link #connect(ClientOptions)} with the default options.
     *
     * @return to be closed
     * @throws XenStoreException when there is no server, naming each path that was tried
     */
    public static XenStoreClient connect() throws XenStoreException {
        return connect(ClientOptions.defaults());
    }

    /**
     * Connects to the server this process is meant to use. When the environment has {@code XENSTORED_PATH}, that is the
     * file named there; else {@code socket} in the directory {@code XENSTORED_RUNDIR} or in {@code /var/run/xenstored},
     * and when that does not work, the device {@code /dev/xen/xenbus}.
     *
     * @param options how the client behaves
     * @return to be closed
     * @throws XenStoreException when there is no server, naming each path that was tried
     */
    public static XenStoreClient connect(ClientOptions options) throws XenStoreException {
        List<Path> places = places(System.getenv());
        return new StoreClient(() -> openFirst(places, options), options);
    }

    /** In the order they are tried. */
    static List<Path> places(Map<String, String> environment) {
        String path = environment.get("XENSTORED_PATH");
        if (path != null) {
            return List.of(Path.of(path));
        }
        String directory = environment.get("XENSTORED_RUNDIR");
        return List.of(directory != null ? Path.of(directory, "socket") : STANDARD_SOCKET, DEVICE);
    }

    static Transport openFirst(List<Path> places, ClientOptions options) throws XenStoreException {
        StringJoiner failures = new StringJoiner("; ");
        XenStoreException last = null;
        for (Path place : places) {
            if (Files.exists(place)) {
                try {
                    return open(place, options);
                } catch (XenStoreException e) {
                    failures.add(e.getMessage());
                    last = e;
                }
            } else {
                failures.add("no XenStore " + (place.equals(DEVICE) ? "device" : "socket") + " at " + place);
            }
        }
        if (last == null) {
            failures.add("outside Xen start a local host with 'conduit host' and set XENSTORED_PATH to its socket");
        }
        throw new XenStoreException(failures.toString(), last);
    }

    /**
     * Connects through a Unix socket or the device of a Linux guest.
     *
     * @param file the server's socket file, or a character device such as {@code /dev/xen/xenbus}
     * @return to be closed
     * @throws XenStoreException when there is no server, naming the path
     */
    public static XenStoreClient connect(Path file) throws XenStoreException {
        return connect(file, ClientOptions.defaults());
    }

    /**
     * Connects through a Unix socket or the device of a Linux guest.
     *
     * @param file the server's socket file, or a character device such as {@code /dev/xen/xenbus}
     * @param options how the client behaves
     * @return to be closed
     * @throws XenStoreException when there is no server, naming the path
     */
    public static XenStoreClient connect(Path file, ClientOptions options) throws XenStoreException {
        return new StoreClient(() -> openFirst(List.of(file), options), options);
    }

    private static Transport open(Path file, ClientOptions options) throws XenStoreException {
        return isCharacterDevice(file) ? DeviceTransport.open(file)
                : SocketTransport.connect(file, options.requestTimeout());
    }

    private static boolean isCharacterDevice(Path file) throws XenStoreException {
        try {
            int mode = (Integer) Files.getAttribute(file, "unix:mode");
            return (mode & FILE_TYPE) == CHARACTER_DEVICE;
        } catch (IOException e) {
            throw new XenStoreException("cannot look at " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Connects through a ring in a shared page, as a guest without sockets or devices does. The ring may have been used
     * before. Closing the client leaves the ring open, for the next client.
     *
     * @param ring used by no other client; closed by the caller, after the client
     * @param options how the client behaves
     * @return to be closed
     * @throws XenStoreException when no server answers within the request time-out
     */
    public static XenStoreClient connect(GuestRing ring, ClientOptions options) throws XenStoreException {
        return new StoreClient(() -> RingTransport.connect(ring, options.requestTimeout()), options);
    }
}
