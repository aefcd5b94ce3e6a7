package dev.conduit.core.socket;

import static dev.conduit.core.posix.PosixConstants.MSG_CMSG_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.MSG_CTRUNC;
import static dev.conduit.core.posix.PosixConstants.MSG_NOSIGNAL;
import static dev.conduit.core.posix.PosixConstants.SCM_RIGHTS;
import static dev.conduit.core.posix.PosixConstants.SOL_SOCKET;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLayout;
import dev.conduit.xenstore.server.socket.DescriptorChannel;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** sendmsg and recvmsg with SCM_RIGHTS on a socket that does not block, waiting with poll. */
final class PosixChannel implements DescriptorChannel {

    /** Where the structures lie in the block: the head, its one piece of data, the control message, the data. */
    private static final int HEAD = 0;
    private static final int PIECE = 64;
    private static final int CONTROL = 128;
    private static final int CONTROL_SIZE = PosixLayout.CMSGHDR_SIZE + DESCRIPTORS_MAX * Integer.BYTES;
    private static final int DATA = 4096;
    private static final int DATA_SIZE = 64 << 10;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Posix posix;
    private final int fd;
    private final long deadline;
    private final Duration patience;
    private final NativeBlock block;
    private boolean closed;

    PosixChannel(Posix posix, int fd, Duration patience) throws PlatformException {
        this.posix = posix;
        this.fd = fd;
        this.patience = patience;
        this.deadline = System.nanoTime() + patience.toNanos();
        this.block = new NativeBlock(posix, DATA + DATA_SIZE);
    }

    @Override
    public void send(ByteBuffer bytes, int... descriptors) throws IOException {
        if (descriptors.length > DESCRIPTORS_MAX) {
            throw new IllegalArgumentException(descriptors.length + " descriptors in one message, at most "
                    + DESCRIPTORS_MAX + " are possible");
        }
        int[] with = descriptors;
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), DATA_SIZE);
            block.buffer().put(DATA, bytes, bytes.position(), length);
            prepare(length, with.length == 0 ? 0 : putDescriptors(with));
            long sent = posix.sendMessage(requireOpen(), block.address(HEAD), MSG_NOSIGNAL);
            if (sent == -Errno.EAGAIN) {
                requireReady(posix.pollOut(fd, remainingMillis()));
            } else if (sent != -Errno.EINTR) {
                bytes.position(bytes.position() + count(sent));
                with = new int[0];
            }
        }
    }

    /** Gives the bytes of the control message. */
    private int putDescriptors(int[] descriptors) {
        ByteBuffer buffer = block.buffer();
        int length = PosixLayout.CMSGHDR_SIZE + descriptors.length * Integer.BYTES;
        buffer.putLong(CONTROL + PosixLayout.CMSGHDR_LEN, length);
        buffer.putInt(CONTROL + PosixLayout.CMSGHDR_LEVEL, SOL_SOCKET);
        buffer.putInt(CONTROL + PosixLayout.CMSGHDR_TYPE, SCM_RIGHTS);
        for (int i = 0; i < descriptors.length; i++) {
            buffer.putInt(CONTROL + PosixLayout.CMSGHDR_SIZE + i * Integer.BYTES, descriptors[i]);
        }
        return length;
    }

    private void prepare(int length, int controlLength) {
        ByteBuffer buffer = block.buffer();
        buffer.putLong(HEAD + PosixLayout.MSGHDR_IOV, block.address(PIECE));
        buffer.putLong(HEAD + PosixLayout.MSGHDR_IOVLEN, 1);
        buffer.putLong(HEAD + PosixLayout.MSGHDR_CONTROL, controlLength == 0 ? 0 : block.address(CONTROL));
        buffer.putLong(HEAD + PosixLayout.MSGHDR_CONTROLLEN, controlLength);
        buffer.putInt(HEAD + PosixLayout.MSGHDR_FLAGS, 0);
        buffer.putLong(PIECE + PosixLayout.IOVEC_BASE, block.address(DATA));
        buffer.putLong(PIECE + PosixLayout.IOVEC_LEN, length);
    }

    @Override
    public int receive(ByteBuffer into, IntConsumer descriptors) throws IOException {
        while (true) {
            prepare(Math.min(into.remaining(), DATA_SIZE), CONTROL_SIZE);
            long received = posix.receiveMessage(requireOpen(), block.address(HEAD), MSG_CMSG_CLOEXEC);
            if (received == -Errno.EAGAIN) {
                requireReady(posix.pollIn(fd, remainingMillis()));
            } else if (received != -Errno.EINTR) {
                int count = count(received);
                takeDescriptors(descriptors);
                into.put(block.buffer().duplicate().position(DATA).limit(DATA + count));
                return count == 0 ? -1 : count;
            }
        }
    }

    /** All are taken out of the message before one is given on, so that none is lost. */
    private void takeDescriptors(IntConsumer taker) throws IOException {
        ByteBuffer buffer = block.buffer();
        int end = CONTROL + (int) buffer.getLong(HEAD + PosixLayout.MSGHDR_CONTROLLEN);
        List<Integer> received = new ArrayList<>();
        int at = CONTROL;
        while (at + PosixLayout.CMSGHDR_SIZE <= end) {
            int length = (int) buffer.getLong(at + PosixLayout.CMSGHDR_LEN);
            if (length < PosixLayout.CMSGHDR_SIZE || at + length > end) {
                break;
            }
            if (buffer.getInt(at + PosixLayout.CMSGHDR_LEVEL) == SOL_SOCKET
                    && buffer.getInt(at + PosixLayout.CMSGHDR_TYPE) == SCM_RIGHTS) {
                for (int i = at + PosixLayout.CMSGHDR_SIZE; i + Integer.BYTES <= at + length; i += Integer.BYTES) {
                    received.add(buffer.getInt(i));
                }
            }
            at += (length + PosixLayout.CMSG_ALIGNMENT - 1) / PosixLayout.CMSG_ALIGNMENT * PosixLayout.CMSG_ALIGNMENT;
        }
        received.forEach(taker::accept);
        if ((buffer.getInt(HEAD + PosixLayout.MSGHDR_FLAGS) & MSG_CTRUNC) != 0) {
            throw new IOException("descriptors were lost: this process may not open enough files");
        }
    }

    private int requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
        return fd;
    }

    private static int count(long result) throws IOException {
        if (result < 0) {
            throw new IOException("the other process is gone: " + Errno.name((int) -result));
        }
        return (int) result;
    }

    private int remainingMillis() {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, (deadline - System.nanoTime()) / NANOS_PER_MILLI));
    }

    private void requireReady(int result) throws SocketTimeoutException {
        if (result == 0) {
            throw new SocketTimeoutException("the other process did not answer within " + patience.toMillis() + " ms");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            posix.close(fd);
        }
    }
}
