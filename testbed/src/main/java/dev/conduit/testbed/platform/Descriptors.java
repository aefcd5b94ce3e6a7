package dev.conduit.testbed.platform;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import dev.conduit.core.posix.PosixLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The descriptors this process has of the driver of event channels, and calls on them behind the platform's back. */
final class Descriptors {

    private static final Path DEVICE = Path.of("/dev/xen/evtchn");
    private static final Posix POSIX = PosixLoader.posix();

    private Descriptors() {
    }

    /** Those that are open now. */
    static Set<Integer> open() throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            return links.filter(Descriptors::leadsToTheDevice)
                    .map(link -> Integer.valueOf(link.getFileName().toString())).collect(Collectors.toSet());
        }
    }

    private static boolean leadsToTheDevice(Path link) {
        try {
            return Files.readSymbolicLink(link).equals(DEVICE);
        } catch (IOException e) {
            return false;
        }
    }

    static void unmask(int fd, int port) throws PlatformException {
        NativeBlock word = new NativeBlock(POSIX, Integer.BYTES);
        word.buffer().putInt(0, port);
        POSIX.write(fd, word.address(0), Integer.BYTES);
    }

    /** Whether reads give EFBIG. */
    static boolean overflowed(int fd) {
        return (POSIX.pollIn(fd, 0) & PosixConstants.POLLERR) != 0;
    }
}
