package dev.conduit.core.ffm;

import dev.conduit.core.posix.PosixLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Native memory that belongs to one thread: where its calls leave errno, and room for the one structure a call passes
 * (a pollfd, a timespec, an epoll_event or a socklen_t). Made at a thread's first call, so that later calls allocate nothing; given back by the
 * collector after the thread ends.
 */
final class CallState {

    private static final long ERRNO_OFFSET = Linker.Option.captureStateLayout()
            .byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final ThreadLocal<CallState> OF_THREAD = ThreadLocal.withInitial(CallState::new);

    /** What the calls take as their first argument. */
    final MemorySegment captured;

    /** {@link PosixLayout#SCRATCH_SIZE} bytes. */
    final MemorySegment scratch;

    private CallState() {
        Arena arena = Arena.ofAuto();
        captured = arena.allocate(Linker.Option.captureStateLayout());
        scratch = arena.allocate(PosixLayout.SCRATCH_SIZE, Long.BYTES);
    }

    static CallState ofThread() {
        return OF_THREAD.get();
    }

    /** The result of a call: itself, or minus errno when it is -1. */
    int result(int value) {
        return value == -1 ? -errno() : value;
    }

    /** The result of a call: itself, or minus errno when it is -1. */
    long result(long value) {
        return value == -1 ? -errno() : value;
    }

    private int errno() {
        return captured.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
    }
}
