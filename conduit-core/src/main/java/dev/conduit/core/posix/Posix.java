package dev.conduit.core.posix;

import java.nio.ByteBuffer;

/**
 * The few Linux calls Java has no API for. Two implementations, by JNA and by Panama FFM, found by
 * {@link java.util.ServiceLoader}; the highest-ranking one that loads is used.
 *
 * <p>Thread-safe. Every call returns what the C function returns, or <em>minus errno</em> when it fails (as the raw
 * Linux system call does), so that expected failures cost no exception. Addresses are
 * plain longs; passing a wrong one crashes the process, so only conduit-core calls these.
 */
public interface Posix {

    /**
     * Returns the name.
     *
     * @return {@code jna} or {@code ffm}
     */
    String name();

    /**
     * Returns the rank; the highest that loads is used.
     *
     * @return ffm 20, jna 10
     */
    int priority();

    /**
     * Opens a file: open(2).
     *
     * @param path file name
     * @param flags O_* bits
     * @param mode permission bits when a file is created
     * @return the descriptor or minus errno
     * @throws IllegalArgumentException when the path contains a zero character
     */
    int open(String path, int flags, int mode);

    /**
     * Closes a descriptor: close(2).
     *
     * @param fd descriptor
     * @return 0 or minus errno
     */
    int close(int fd);

    /**
     * Reads into memory: read(2).
     *
     * @param fd descriptor
     * @param address where to
     * @param length bytes
     * @return bytes read, 0 at the end, or minus errno
     */
    long read(int fd, long address, long length);

    /**
     * Writes from memory: write(2).
     *
     * @param fd descriptor
     * @param address where from
     * @param length bytes
     * @return bytes written or minus errno
     */
    long write(int fd, long address, long length);

    /**
     * Device control: ioctl(2) with a pointer or integer argument.
     *
     * @param fd descriptor
     * @param request the request number, unsigned 32 bits
     * @param argument address or value
     * @return the result or minus errno
     */
    int ioctl(int fd, long request, long argument);

    /**
     * Waits for a descriptor: poll(2) on one descriptor for POLLIN.
     *
     * @param fd descriptor
     * @param timeoutMillis milliseconds, -1 for ever
     * @return the returned events (0 when time ran out) or minus errno
     */
    int pollIn(int fd, int timeoutMillis);

    /**
     * Waits for a descriptor to take output: poll(2) on one descriptor for POLLOUT.
     *
     * @param fd descriptor
     * @param timeoutMillis milliseconds, -1 for ever
     * @return the returned events (0 when time ran out) or minus errno
     */
    int pollOut(int fd, int timeoutMillis);

    /**
     * Makes a socket: socket(2).
     *
     * @param family AF_* number
     * @param type SOCK_* kind and flags
     * @param protocol of the family; 0 for the usual one
     * @return the descriptor or minus errno
     */
    int socket(int family, int type, int protocol);

    /**
     * Names a socket: bind(2).
     *
     * @param fd socket
     * @param address of a socket address ({@link PosixLayout#SOCKADDR_UN_SIZE})
     * @param length its bytes
     * @return 0 or minus errno
     */
    int bind(int fd, long address, int length);

    /**
     * Connects a socket: connect(2).
     *
     * @param fd socket
     * @param address of a socket address ({@link PosixLayout#SOCKADDR_UN_SIZE})
     * @param length its bytes
     * @return 0 or minus errno
     */
    int connect(int fd, long address, int length);

    /**
     * Has a socket take connections: listen(2).
     *
     * @param fd socket
     * @param backlog how many may wait to be accepted
     * @return 0 or minus errno
     */
    int listen(int fd, int backlog);

    /**
     * Takes a connection: accept4(2), without the peer's address.
     *
     * @param fd listening socket
     * @param flags SOCK_NONBLOCK, SOCK_CLOEXEC
     * @return the descriptor or minus errno
     */
    int accept(int fd, int flags);

    /**
     * Ends one or both directions of a connection: shutdown(2).
     *
     * @param fd socket
     * @param how SHUT_* number
     * @return 0 or minus errno
     */
    int shutdown(int fd, int how);

    /**
     * Asks who is at the other end: getpeername(2).
     *
     * @param fd socket
     * @param address where the socket address goes
     * @param room bytes there
     * @return the bytes of the address, which was cut when there are more than the room, or minus errno
     */
    int peerName(int fd, long address, int room);

    /**
     * Sets an option: setsockopt(2).
     *
     * @param fd socket
     * @param level SOL_* or IPPROTO_* number
     * @param name of the option
     * @param address of the value
     * @param length its bytes
     * @return 0 or minus errno
     */
    int setSocketOption(int fd, int level, int name, long address, int length);

    /**
     * Reads an option: getsockopt(2).
     *
     * @param fd socket
     * @param level SOL_* or IPPROTO_* number
     * @param name of the option
     * @param address where the value goes
     * @param room bytes there
     * @return the bytes of the value, or minus errno
     */
    int getSocketOption(int fd, int level, int name, long address, int room);

    /**
     * Sends bytes and descriptors: sendmsg(2).
     *
     * @param fd socket
     * @param message address of a {@code struct msghdr}
     * @param flags MSG_* bits
     * @return bytes sent or minus errno
     */
    long sendMessage(int fd, long message, int flags);

    /**
     * Receives bytes and descriptors: recvmsg(2).
     *
     * @param fd socket
     * @param message address of a {@code struct msghdr}
     * @param flags MSG_* bits
     * @return bytes received, 0 at the end, or minus errno
     */
    long receiveMessage(int fd, long message, int flags);

    /**
     * Makes an event poll: epoll_create1(2).
     *
     * @param flags EPOLL_CLOEXEC or 0
     * @return the descriptor or minus errno
     */
    int epollCreate(int flags);

    /**
     * Changes what an event poll looks at: epoll_ctl(2). The descriptor's number is the data of its events.
     *
     * @param epoll the event poll
     * @param operation EPOLL_CTL_* number
     * @param fd descriptor
     * @param events EPOLL* bits; not used with EPOLL_CTL_DEL
     * @return 0 or minus errno
     */
    int epollControl(int epoll, int operation, int fd, int events);

    /**
     * Waits for events: epoll_wait(2).
     *
     * @param epoll the event poll
     * @param events address of an array of {@code struct epoll_event} ({@link PosixLayout#EPOLL_EVENT_SIZE})
     * @param most entries of the array
     * @param timeoutMillis milliseconds, -1 for ever
     * @return entries filled (0 when time ran out) or minus errno
     */
    int epollWait(int epoll, long events, int most, int timeoutMillis);

    /**
     * Makes a counter to wake a poll with: eventfd(2), beginning at 0.
     *
     * @param flags EFD_* bits
     * @return the descriptor or minus errno
     */
    int eventFd(int flags);

    /**
     * Makes an anonymous memory file: memfd_create(2).
     *
     * @param name shown in /proc, without meaning
     * @param flags MFD_* bits
     * @return the descriptor or minus errno
     * @throws IllegalArgumentException when the name contains a zero character
     */
    int memfdCreate(String name, int flags);

    /**
     * Descriptor control: fcntl(2) with an integer argument.
     *
     * @param fd descriptor
     * @param command F_* number
     * @param argument value
     * @return the result or minus errno
     */
    int fcntl(int fd, int command, int argument);

    /**
     * Reserves space in a file: fallocate(2) with mode 0.
     *
     * @param fd descriptor
     * @param offset first byte
     * @param length bytes
     * @return 0 or minus errno
     */
    int fallocate(int fd, long offset, long length);

    /**
     * Maps memory: mmap(2).
     *
     * @param address wanted address or 0
     * @param length bytes
     * @param protection PROT_* bits
     * @param flags MAP_* bits
     * @param fd descriptor or -1
     * @param offset byte offset in the file
     * @return the address or minus errno (-1 to -4095)
     */
    long mmap(long address, long length, int protection, int flags, int fd, long offset);

    /**
     * Unmaps memory: munmap(2).
     *
     * @param address start
     * @param length bytes
     * @return 0 or minus errno
     */
    int munmap(long address, long length);

    /**
     * Sleeps while a shared word has a value: futex(2) FUTEX_WAIT, across processes.
     *
     * @param address address of an aligned 32-bit word
     * @param expected value on which to sleep
     * @param timeoutNanos nanoseconds, positive
     * @return 0 when woken, -EAGAIN when the word differs, -ETIMEDOUT, -EINTR
     */
    int futexWait(long address, int expected, long timeoutNanos);

    /**
     * Wakes sleepers on a shared word: futex(2) FUTEX_WAKE, across processes.
     *
     * @param address address of an aligned 32-bit word
     * @param count most threads to wake
     * @return how many were woken, or minus errno
     */
    int futexWake(long address, int count);

    /**
     * Makes a buffer over memory that stays valid for as long as the buffer is used, in native byte order.
     *
     * @param address start
     * @param length bytes, up to 2^31-1
     * @return the buffer
     * @throws IllegalArgumentException when the length is out of range
     */
    ByteBuffer view(long address, long length);

    /**
     * Makes a buffer that keeps its memory: as {@link #view(long, long)}, and when neither the buffer nor anything made
     * from it (slices, duplicates, memory segments) is reachable any more, an action gives the memory back.
     *
     * @param address start
     * @param length bytes, up to 2^31-1
     * @param release run at most once, by a cleaner thread; must be brief and must not refer to the buffer
     * @return the buffer
     * @throws IllegalArgumentException when the length is out of range
     */
    ByteBuffer view(long address, long length, Runnable release);
}
