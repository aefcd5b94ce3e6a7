package dev.conduit.core.net;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/** A descriptor that gives and takes one frame a call, with or without a {@code struct virtio_net_hdr} before it. */
final class DeviceLink implements FrameLink {

    private static final int ETHERNET = 14;
    private static final byte[] NO_HEADER = new byte[NetLayout.VNET_SIZE];
    private static final int RECEIVE = 0;
    private static final int ROOM = 1 << 17;
    private static final int SEND = ROOM;

    private final Posix posix;
    private final String name;
    private final int fd;
    private final int header;
    private final byte[] mac;
    private final int mtu;
    private final NativeBlock block;
    private final Poller poller;
    private final Object sending = new Object();
    private final Object receiving = new Object();
    private volatile boolean closed;

    /** Takes the descriptor over, when this can be made. */
    DeviceLink(Posix posix, String what, Interface device, int fd, int header) throws PlatformException {
        this.posix = posix;
        this.name = what;
        this.fd = fd;
        this.header = header;
        this.mac = device.mac();
        this.mtu = device.mtu();
        this.block = new NativeBlock(posix, 2 * ROOM);
        this.poller = new Poller(posix, fd);
    }

    @Override
    public int receive(ByteBuffer into) throws IOException {
        if (into.remaining() < MAX_FRAME) {
            throw new IllegalArgumentException("room for " + into.remaining() + " bytes, a frame may have " + MAX_FRAME);
        }
        synchronized (receiving) {
            while (true) {
                requireOpen();
                long got = posix.read(fd, block.address(RECEIVE), ROOM);
                if (got == -Errno.EAGAIN) {
                    return 0;
                }
                int length = (int) got - header;
                if (length > 0 && length <= MAX_FRAME) {
                    if (header > 0) {
                        PartialChecksum.complete(block.buffer(), RECEIVE, length);
                    }
                    into.put(into.position(), block.buffer(), RECEIVE + header, length);
                    into.position(into.position() + length);
                    return length;
                }
                // EINVAL: a packet socket has dropped a frame of a kind its header has no words for.
                if (got < 0 && got != -Errno.EINTR && got != -Errno.EINVAL) {
                    throw new PlatformException(name + " is down or gone: " + Errno.describe(got));
                }
            }
        }
    }

    @Override
    public boolean send(ByteBuffer frame) throws IOException {
        int length = frame.remaining();
        if (length > MAX_FRAME) {
            throw new IOException("frame of " + length + " bytes, at most " + MAX_FRAME + " are possible");
        }
        synchronized (sending) {
            block.buffer().put(SEND + header, frame, frame.position(), length);
            if (header > 0) {
                block.buffer().put(SEND, NO_HEADER);
                if (length > mtu + ETHERNET) {
                    LargeSegment.describe(block.buffer(), SEND, length, mtu);
                }
            }
            while (true) {
                requireOpen();
                long sent = posix.write(fd, block.address(SEND), header + length);
                if (sent >= 0) {
                    frame.position(frame.limit());
                    return true;
                }
                switch ((int) -sent) {
                    case Errno.EAGAIN, Errno.ENOBUFS, Errno.ENETDOWN, Errno.EIO, Errno.EMSGSIZE:
                        return false;
                    case Errno.EINTR:
                        break;
                    case Errno.EINVAL:
                        throw new IOException(name + " does not take a frame of " + length + " bytes");
                    default:
                        throw new PlatformException(name + " is gone: " + Errno.describe(sent));
                }
            }
        }
    }

    @Override
    public boolean await(long deadline) throws IOException {
        return poller.await(deadline);
    }

    @Override
    public void wakeUp() {
        poller.wakeUp();
    }

    @Override
    public byte[] mac() {
        return mac.clone();
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public String toString() {
        return name;
    }

    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public void close() {
        poller.close();
        synchronized (receiving) {
            synchronized (sending) {
                if (!closed) {
                    closed = true;
                    posix.close(fd);
                }
            }
        }
    }
}
