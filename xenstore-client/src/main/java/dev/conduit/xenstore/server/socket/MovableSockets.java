package dev.conduit.xenstore.server.socket;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Sockets whose descriptors can go to another process. */
public interface MovableSockets extends Sockets {

    /**
     * Returns the number by which the system knows a socket.
     *
     * @param endpoint of these
     * @return its descriptor, valid until it is closed
     */
    int descriptor(Endpoint endpoint);

    /**
     * Takes a listening socket from another process.
     *
     * @param descriptor received; belongs to the result
     * @return not looked at yet
     */
    Acceptor acceptor(int descriptor);

    /**
     * Takes a connection from another process.
     *
     * @param descriptor received; belongs to the result
     * @return not looked at yet
     */
    Stream stream(int descriptor);

    /**
     * Drops a received descriptor.
     *
     * @param descriptor closed
     */
    void drop(int descriptor);

    /**
     * Talks over an accepted connection in another way.
     *
     * @param stream of these; belongs to the result and is looked at no more
     * @param patience how long sending and receiving wait together
     * @return to be closed
     * @throws IOException when it is closed
     */
    DescriptorChannel channel(Stream stream, Duration patience) throws IOException;

    /**
     * Connects.
     *
     * @param file a listening socket
     * @param patience how long sending and receiving wait together
     * @return to be closed
     * @throws IOException when nothing listens there; the message is the system's reason alone
     */
    DescriptorChannel connect(Path file, Duration patience) throws IOException;
}
