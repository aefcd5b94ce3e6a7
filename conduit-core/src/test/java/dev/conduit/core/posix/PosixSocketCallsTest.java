package dev.conduit.core.posix;

import static dev.conduit.core.posix.PosixConstants.AF_UNIX;
import static dev.conduit.core.posix.PosixConstants.EFD_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.EFD_NONBLOCK;
import static dev.conduit.core.posix.PosixConstants.EPOLLHUP;
import static dev.conduit.core.posix.PosixConstants.EPOLLIN;
import static dev.conduit.core.posix.PosixConstants.EPOLLOUT;
import static dev.conduit.core.posix.PosixConstants.EPOLL_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.EPOLL_CTL_ADD;
import static dev.conduit.core.posix.PosixConstants.EPOLL_CTL_DEL;
import static dev.conduit.core.posix.PosixConstants.EPOLL_CTL_MOD;
import static dev.conduit.core.posix.PosixConstants.FD_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.F_GETFD;
import static dev.conduit.core.posix.PosixConstants.MAP_ANONYMOUS;
import static dev.conduit.core.posix.PosixConstants.MAP_PRIVATE;
import static dev.conduit.core.posix.PosixConstants.MFD_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.MSG_CMSG_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.MSG_NOSIGNAL;
import static dev.conduit.core.posix.PosixConstants.POLLIN;
import static dev.conduit.core.posix.PosixConstants.POLLOUT;
import static dev.conduit.core.posix.PosixConstants.PROT_READ;
import static dev.conduit.core.posix.PosixConstants.PROT_WRITE;
import static dev.conduit.core.posix.PosixConstants.SCM_RIGHTS;
import static dev.conduit.core.posix.PosixConstants.SHUT_WR;
import static dev.conduit.core.posix.PosixConstants.SOCK_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.SOCK_NONBLOCK;
import static dev.conduit.core.posix.PosixConstants.SOCK_STREAM;
import static dev.conduit.core.posix.PosixConstants.SOL_SOCKET;
import static dev.conduit.core.posix.PosixConstants.SO_RCVBUF;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The calls of {@link Posix} on sockets, for the one this JVM chooses: each twin has its own run of this class. */
class PosixSocketCallsTest {

    private static final int SIZE = 4096;
    private static final int NO_FD = 1_000_000;
    private static final int HEAD = 512;
    private static final int PIECE = 640;
    private static final int CONTROL = 768;
    private static final int DATA = 1024;

    private final Posix posix = PosixLoader.posix();
    private final Deque<Integer> open = new ArrayDeque<>();
    private Path directory;
    private long memory;
    private ByteBuffer buffer;

    @BeforeEach
    void mapScratchMemory() throws IOException {
        directory = Files.createTempDirectory(Path.of("/tmp"), "conduit-test-");
        memory = posix.mmap(0, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        buffer = posix.view(memory, SIZE);
    }

    @AfterEach
    void giveBack() throws IOException {
        open.forEach(posix::close);
        posix.munmap(memory, SIZE);
        Files.deleteIfExists(directory.resolve("s"));
        Files.delete(directory);
    }

    private int opened(int fd) {
        assertThat(fd).isPositive();
        open.push(fd);
        return fd;
    }

    private int socket() {
        return opened(posix.socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    }

    /** Puts the address of the socket file at the front of the memory; gives its bytes. */
    private int address() {
        byte[] path = CString.encode(directory.resolve("s").toString());
        buffer.putShort(PosixLayout.SOCKADDR_UN_FAMILY, (short) AF_UNIX).put(PosixLayout.SOCKADDR_UN_PATH, path);
        return PosixLayout.SOCKADDR_UN_PATH + path.length;
    }

    private int listening() {
        int listening = socket();
        assertThat(posix.bind(listening, memory, address())).isZero();
        assertThat(posix.listen(listening, 4)).isZero();
        return listening;
    }

    /** The two ends of a connection. */
    private int[] pair() {
        int listening = listening();
        int client = socket();
        assertThat(posix.connect(client, memory, address())).isZero();
        return new int[] {client, opened(posix.accept(listening, SOCK_NONBLOCK | SOCK_CLOEXEC))};
    }

    @Test
    void shouldConnectThroughAFile() {
        int[] pair = pair();
        assertThat(posix.fcntl(pair[1], F_GETFD, 0)).isEqualTo(FD_CLOEXEC);
        buffer.put(DATA, (byte) 42);

        assertThat(posix.read(pair[1], memory + DATA, 1)).isEqualTo(-Errno.EAGAIN);
        assertThat(posix.pollIn(pair[1], 0)).isZero();
        assertThat(posix.pollOut(pair[0], 0)).isEqualTo(POLLOUT);
        assertThat(posix.write(pair[0], memory + DATA, 1)).isEqualTo(1);
        assertThat(posix.pollIn(pair[1], 10_000)).isEqualTo(POLLIN);
        assertThat(posix.read(pair[1], memory + DATA + 1, 8)).isEqualTo(1);
        assertThat(buffer.get(DATA + 1)).isEqualTo((byte) 42);
    }

    @Test
    void shouldSayWhyASocketIsRefused() {
        assertThat(posix.connect(socket(), memory, address())).isEqualTo(-Errno.ENOENT);
        int listening = listening();
        assertThat(Errno.name(-posix.bind(socket(), memory, address()))).isEqualTo("EADDRINUSE");
        assertThat(posix.accept(listening, 0)).isEqualTo(-Errno.EAGAIN);
        assertThat(posix.bind(NO_FD, memory, address())).isEqualTo(-Errno.EBADF);
        assertThat(posix.connect(NO_FD, memory, address())).isEqualTo(-Errno.EBADF);
        assertThat(posix.listen(NO_FD, 1)).isEqualTo(-Errno.EBADF);
        assertThat(posix.accept(NO_FD, 0)).isEqualTo(-Errno.EBADF);
        assertThat(posix.sendMessage(NO_FD, memory + HEAD, 0)).isEqualTo(-Errno.EBADF);
        assertThat(posix.receiveMessage(NO_FD, memory + HEAD, 0)).isEqualTo(-Errno.EBADF);
        assertThat(posix.epollWait(NO_FD, memory, 1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(posix.epollControl(NO_FD, EPOLL_CTL_ADD, listening, EPOLLIN)).isEqualTo(-Errno.EBADF);
        assertThat(posix.socket(12345, SOCK_STREAM, 0)).isNegative();
        assertThat(posix.epollCreate(12345)).isEqualTo(-Errno.EINVAL);
        assertThat(posix.eventFd(12345)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void shouldEndOneDirection() {
        int[] pair = pair();

        assertThat(posix.shutdown(pair[0], SHUT_WR)).isZero();

        assertThat(posix.read(pair[1], memory + DATA, 8)).isZero();
        assertThat(posix.write(pair[1], memory + DATA, 1)).isEqualTo(1);
        assertThat(posix.shutdown(NO_FD, SHUT_WR)).isEqualTo(-Errno.EBADF);
        assertThat(posix.shutdown(pair[1], 12345)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void shouldSayWhoIsAtTheOtherEnd() {
        int[] pair = pair();
        int length = address();

        assertThat(posix.peerName(pair[0], memory + DATA, PosixLayout.SOCKADDR_UN_SIZE)).isEqualTo(length);
        assertThat(buffer.slice(DATA, length)).isEqualTo(buffer.slice(0, length));
        assertThat(posix.peerName(pair[0], memory + DATA, 2)).as("cut").isEqualTo(length);
        assertThat(posix.peerName(NO_FD, memory + DATA, 2)).isEqualTo(-Errno.EBADF);
        assertThat(posix.peerName(socket(), memory + DATA, 2)).isEqualTo(-Errno.ENOTCONN);
    }

    @Test
    void shouldKeepOptions() {
        int socket = socket();
        buffer.putInt(DATA, 20_000);
        assertThat(posix.setSocketOption(socket, SOL_SOCKET, SO_RCVBUF, memory + DATA, Integer.BYTES)).isZero();
        buffer.putInt(DATA, 0);

        assertThat(posix.getSocketOption(socket, SOL_SOCKET, SO_RCVBUF, memory + DATA, 8)).isEqualTo(Integer.BYTES);
        assertThat(buffer.getInt(DATA)).as("Linux doubles it").isEqualTo(40_000);
        assertThat(posix.setSocketOption(socket, SOL_SOCKET, SO_RCVBUF, memory + DATA, 1)).isEqualTo(-Errno.EINVAL);
        assertThat(posix.setSocketOption(NO_FD, SOL_SOCKET, SO_RCVBUF, memory, 4)).isEqualTo(-Errno.EBADF);
        assertThat(posix.getSocketOption(NO_FD, SOL_SOCKET, SO_RCVBUF, memory, 4)).isEqualTo(-Errno.EBADF);
    }

    private void message(int controlLength) {
        buffer.putLong(HEAD + PosixLayout.MSGHDR_IOV, memory + PIECE).putLong(HEAD + PosixLayout.MSGHDR_IOVLEN, 1)
                .putLong(HEAD + PosixLayout.MSGHDR_CONTROL, memory + CONTROL)
                .putLong(HEAD + PosixLayout.MSGHDR_CONTROLLEN, controlLength)
                .putLong(PIECE + PosixLayout.IOVEC_BASE, memory + DATA).putLong(PIECE + PosixLayout.IOVEC_LEN, 1);
    }

    @Test
    void shouldSendADescriptor() {
        int[] pair = pair();
        int file = opened(posix.memfdCreate("sent", MFD_CLOEXEC));
        int length = PosixLayout.CMSGHDR_SIZE + Integer.BYTES;
        message(length);
        buffer.putLong(CONTROL + PosixLayout.CMSGHDR_LEN, length).putInt(CONTROL + PosixLayout.CMSGHDR_LEVEL, SOL_SOCKET)
                .putInt(CONTROL + PosixLayout.CMSGHDR_TYPE, SCM_RIGHTS)
                .putInt(CONTROL + PosixLayout.CMSGHDR_SIZE, file);

        assertThat(posix.sendMessage(pair[0], memory + HEAD, MSG_NOSIGNAL)).isEqualTo(1);
        buffer.putInt(CONTROL + PosixLayout.CMSGHDR_SIZE, -1);
        message(PosixLayout.CMSGHDR_SIZE + PosixLayout.CMSG_ALIGNMENT);
        assertThat(posix.receiveMessage(pair[1], memory + HEAD, MSG_CMSG_CLOEXEC)).isEqualTo(1);

        int received = opened(buffer.getInt(CONTROL + PosixLayout.CMSGHDR_SIZE));
        assertThat(received).isNotEqualTo(file);
        assertThat(posix.fcntl(received, F_GETFD, 0)).isEqualTo(FD_CLOEXEC);
        assertThat(posix.fallocate(received, 0, 1)).isZero();
        assertThat(posix.read(file, memory + DATA, 8)).isEqualTo(1);
    }

    @Test
    void shouldWaitForSeveralDescriptors() {
        int[] pair = pair();
        int epoll = opened(posix.epollCreate(EPOLL_CLOEXEC));
        int counter = opened(posix.eventFd(EFD_CLOEXEC | EFD_NONBLOCK));
        assertThat(posix.epollControl(epoll, EPOLL_CTL_ADD, counter, EPOLLIN)).isZero();
        assertThat(posix.epollControl(epoll, EPOLL_CTL_ADD, pair[1], EPOLLIN)).isZero();
        assertThat(posix.epollWait(epoll, memory, 8, 0)).isZero();

        buffer.putLong(DATA, 1);
        assertThat(posix.write(counter, memory + DATA, Long.BYTES)).isEqualTo(Long.BYTES);
        requireEvent(epoll, counter, EPOLLIN);
        assertThat(posix.read(counter, memory + DATA, Long.BYTES)).isEqualTo(Long.BYTES);

        assertThat(posix.epollControl(epoll, EPOLL_CTL_MOD, pair[1], EPOLLIN | EPOLLOUT)).isZero();
        requireEvent(epoll, pair[1], EPOLLOUT);
        open.remove(pair[0]);
        assertThat(posix.close(pair[0])).isZero();
        requireEvent(epoll, pair[1], EPOLLIN | EPOLLOUT | EPOLLHUP);
        assertThat(posix.epollControl(epoll, EPOLL_CTL_DEL, pair[1], 0)).isZero();
        assertThat(posix.epollWait(epoll, memory, 8, 0)).isZero();
    }

    private void requireEvent(int epoll, int fd, int events) {
        assertThat(posix.epollWait(epoll, memory, 8, 10_000)).isEqualTo(1);
        assertThat(buffer.getInt(PosixLayout.EPOLL_EVENT_EVENTS)).isEqualTo(events);
        assertThat(buffer.getLong(PosixLayout.EPOLL_EVENT_DATA)).isEqualTo(fd);
    }
}
