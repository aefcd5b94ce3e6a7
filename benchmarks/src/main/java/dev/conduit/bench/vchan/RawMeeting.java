package dev.conduit.bench.vchan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** In a file, which the receiver makes. */
final class RawMeeting implements Meeting {

    private final boolean receiver;
    private final Path file;

    RawMeeting(boolean receiver, Path directory) {
        this.receiver = receiver;
        this.file = directory.resolve("bench.ring");
    }

    @Override
    public void listen(boolean sleeping) throws IOException {
        Files.deleteIfExists(file);
        new RawRing(file, true).close();
    }

    @Override
    public Transport meet(boolean sleeping) throws IOException {
        return new ZeroCopyTransport(new RawRing(file, receiver));
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
