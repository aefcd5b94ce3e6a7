package dev.conduit.core.local.shared;

import static dev.conduit.core.local.shared.EventMemoryLayout.FILE_BYTES;
import static dev.conduit.core.local.shared.EventMemoryLayout.MAGIC;
import static dev.conduit.core.local.shared.EventMemoryLayout.MAGIC_OFFSET;
import static dev.conduit.core.local.shared.EventMemoryLayout.PENDING_OFFSET;
import static dev.conduit.core.local.shared.EventMemoryLayout.PENDING_WORDS;
import static dev.conduit.core.local.shared.EventMemoryLayout.SLEEPER_OFFSET;
import static dev.conduit.core.local.shared.EventMemoryLayout.SLOTS;
import static dev.conduit.core.local.shared.EventMemoryLayout.SLOT_BYTES;
import static dev.conduit.core.local.shared.EventMemoryLayout.SLOT_COUNT_OFFSET;
import static dev.conduit.core.local.shared.EventMemoryLayout.VERSION;
import static dev.conduit.core.local.shared.EventMemoryLayout.VERSION_OFFSET;
import static dev.conduit.core.local.shared.EventMemoryLayout.WAKE_OFFSET;

import dev.conduit.core.GrantAccess;
import dev.conduit.core.GrantTable;
import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.MappedMemory;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The event memory of a host, as {@link EventMemoryLayout} lays it out, mapped into this process. Sending is one
 * atomic operation and a look at the sleeper word; a system call only when the receiver sleeps.
 *
 * <p><b>No wake-up is lost.</b> The receiver announces its sleep and then looks for pending events; the sender makes
 * its event pending and then looks for a sleeper; a full fence stands between the two steps on both sides, so at least
 * one of them sees the other. A sender that saw a sleeper increments the wake word before it wakes, so a receiver that
 * is not asleep yet does not fall asleep: the futex compares. A sender killed between the two steps leaves a pending
 * event and a sleeper: the host wakes the receivers of a dead process's ports, and sleep has a bound.
 *
 * <p>Thread-safe, but one thread a slot at a time in {@link #sleep}. Other processes may write anything here: what is
 * read is checked, and the worst of it is an event too many.
 */
public final class EventMemory implements AutoCloseable {

    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final Posix posix;
    private final MappedMemory memory;
    private final ByteBuffer buffer;

    private EventMemory(Posix posix, MappedMemory memory) {
        this.posix = posix;
        this.memory = memory;
        this.buffer = memory.buffer();
    }

    /**
     * Makes the file, with a valid header and slots without memory.
     *
     * @param posix the system calls
     * @return the descriptor
     * @throws PlatformException when memory is short
     */
    public static int create(Posix posix) throws PlatformException {
        int fd = SealedFile.createSparse(posix, "conduit-events", FILE_BYTES);
        boolean done = false;
        try {
            SealedFile.reserve(posix, fd, 0, EventMemoryLayout.SLOTS_OFFSET);
            try (MappedMemory header = MappedMemory.map(posix, List.of(new MappedMemory.Run(fd, 0, 1)),
                    GrantAccess.READ_WRITE, false)) {
                header.buffer().putLong(MAGIC_OFFSET, MAGIC).putInt(VERSION_OFFSET, VERSION)
                        .putInt(SLOT_COUNT_OFFSET, SLOTS);
            }
            done = true;
            return fd;
        } finally {
            if (!done) {
                posix.close(fd);
            }
        }
    }

    /**
     * Maps the file of a host.
     *
     * @param posix the system calls
     * @param hostPid the host's process
     * @param hostFd the descriptor there
     * @return the mapping
     * @throws PlatformException when it is no event memory of this version, or cannot be mapped
     */
    public static EventMemory open(Posix posix, long hostPid, int hostFd) throws PlatformException {
        String path = GrantFile.path(hostPid, hostFd);
        int fd = SealedFile.open(posix, path, PosixConstants.O_RDWR);
        try {
            if (SealedFile.check(posix, fd, path).bytes() != FILE_BYTES) {
                throw new PlatformException(path + " is not the event memory of a host of this version: it has not "
                        + FILE_BYTES + " bytes");
            }
            return map(posix, fd, path);
        } finally {
            posix.close(fd);
        }
    }

    private static EventMemory map(Posix posix, int fd, String path) throws PlatformException {
        MappedMemory memory = MappedMemory.map(posix,
                List.of(new MappedMemory.Run(fd, 0, FILE_BYTES / GrantTable.PAGE_SIZE)), GrantAccess.READ_WRITE, false);
        ByteBuffer header = memory.buffer();
        if (header.getLong(MAGIC_OFFSET) != MAGIC || header.getInt(VERSION_OFFSET) != VERSION
                || header.getInt(SLOT_COUNT_OFFSET) != SLOTS) {
            memory.close();
            throw new PlatformException(path + " is not the event memory of a host of version " + VERSION);
        }
        return new EventMemory(posix, memory);
    }

    /**
     * Zeroes a slot whose memory is reserved.
     *
     * @param slot the slot
     */
    public void clear(int slot) {
        int start = EventMemoryLayout.slot(slot);
        for (int offset = 0; offset < SLOT_BYTES; offset += Long.BYTES) {
            buffer.putLong(start + offset, 0);
        }
        VarHandle.fullFence();
    }

    /**
     * Writes the other end of a port.
     *
     * @param slot slot of the port
     * @param port the port
     * @param entry as {@link EventMemoryLayout#packEntry} makes it, or 0 for none
     */
    public void setEntry(int slot, int port, long entry) {
        LONG.setVolatile(buffer, EventMemoryLayout.entry(slot, port), entry);
    }

    /**
     * Sends an event from a port to its other end, wherever the host directed it; to nobody when it is unbound.
     *
     * @param slot slot of the sending port
     * @param port the sending port
     */
    public void send(int slot, int port) {
        long entry = (long) LONG.getVolatile(buffer, EventMemoryLayout.entry(slot, port));
        int remoteSlot = EventMemoryLayout.entrySlot(entry);
        if (remoteSlot >= 0) {
            raise(remoteSlot, EventMemoryLayout.entryPort(entry));
        }
    }

    /**
     * Makes an event pending on a port. One that is pending already needs nothing more: whoever made it pending wakes.
     *
     * @param slot slot of the receiving port
     * @param port the receiving port
     */
    public void raise(int slot, int port) {
        long bit = EventMemoryLayout.pendingBit(port);
        long before = (long) LONG.getAndBitwiseOr(buffer, EventMemoryLayout.pendingWord(slot, port), bit);
        if ((before & bit) == 0) {
            wake(slot);
        }
    }

    private void wake(int slot) {
        // Pending bit before, sleeper word after: pairs with the fence in sleep(). The wake word need not change while
        // nobody sleeps: a receiver that is about to will see the pending bit.
        VarHandle.fullFence();
        if ((int) INT.getVolatile(buffer, EventMemoryLayout.slot(slot) + SLEEPER_OFFSET) != 0) {
            interrupt(slot);
        }
    }

    /**
     * Ends the sleep of a slot, also one that is about to begin: who read the wake word before does not fall asleep.
     *
     * @param slot the slot
     */
    public void interrupt(int slot) {
        int offset = EventMemoryLayout.slot(slot) + WAKE_OFFSET;
        INT.getAndAdd(buffer, offset, 1);
        posix.futexWake(memory.address() + offset, 1);
    }

    /**
     * Takes pending events of a slot; those that do not fit stay pending.
     *
     * @param slot the slot
     * @param firstWord pending word to begin with, for turns: 0 to {@link EventMemoryLayout#PENDING_WORDS} - 1
     * @param ports receives port numbers, from index 0
     * @return how many there were
     */
    public int take(int slot, int firstWord, int[] ports) {
        int start = EventMemoryLayout.slot(slot) + PENDING_OFFSET;
        int count = 0;
        for (int i = 0; i < PENDING_WORDS && count < ports.length; i++) {
            int word = (firstWord + i) % PENDING_WORDS;
            int offset = start + word * Long.BYTES;
            long bits = (long) LONG.getVolatile(buffer, offset);
            if (bits != 0) {
                count = takeWord(offset, word * Long.SIZE, bits, ports, count);
            }
        }
        return count;
    }

    /** Clears in one atomic step what is taken: a bit set later is seen by the next take. */
    private int takeWord(int offset, int firstPort, long bits, int[] ports, int from) {
        int count = from;
        long taken = 0;
        for (long rest = bits; rest != 0 && count < ports.length; rest &= rest - 1) {
            ports[count++] = firstPort + Long.numberOfTrailingZeros(rest);
            taken |= Long.lowestOneBit(rest);
        }
        // Acquires what the sender stored before raise(), which released it with its OR of the same word.
        LONG.getAndBitwiseAnd(buffer, offset, ~taken);
        return count;
    }

    private boolean anyPending(int slot) {
        int start = EventMemoryLayout.slot(slot) + PENDING_OFFSET;
        for (int word = 0; word < PENDING_WORDS; word++) {
            if ((long) LONG.getVolatile(buffer, start + word * Long.BYTES) != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the wake word, to be read before looking whether there is reason to sleep, and given to {@link #sleep}.
     *
     * @param slot the slot
     * @return its value
     */
    public int wakeWord(int slot) {
        return (int) INT.getVolatile(buffer, EventMemoryLayout.slot(slot) + WAKE_OFFSET);
    }

    /**
     * Sleeps until an event is pending, {@link #interrupt} was called since the wake word was read, or time is up. May
     * return for no reason.
     *
     * @param slot the slot
     * @param seen the wake word read before
     * @param nanos longest sleep, positive
     */
    public void sleep(int slot, int seen, long nanos) {
        int start = EventMemoryLayout.slot(slot);
        INT.setVolatile(buffer, start + SLEEPER_OFFSET, 1);
        // Sleeper word before, pending bits after: pairs with the fence in wake(), which stands between the same two.
        VarHandle.fullFence();
        if (!anyPending(slot)) {
            posix.futexWait(memory.address() + start + WAKE_OFFSET, seen, nanos);
        }
        INT.setVolatile(buffer, start + SLEEPER_OFFSET, 0);
    }

    /** Lets go of the mapping; calls still on their way, and later ones, do nothing. */
    @Override
    public void close() {
        memory.close();
    }
}
