package dev.conduit.core.local.shared;

/**
 * Offsets of the event memory: one sealed memory file, made by the host and mapped by every process of a domain.
 *
 * <p>A header page, then one slot a process. All numbers are in native byte order. Only the host writes the header and
 * the entry tables; wake word, sleeper word and pending bits are written by everybody.
 *
 * <pre>
 * header  0  u64  MAGIC
 *         8  u32  VERSION
 *        12  u32  number of slots
 * slot    0  u32  wake word: a futex, incremented before a wake-up
 *         4  u32  sleeper word: not 0 while the process sleeps on the wake word, or is about to
 *        64  u64[64]    pending: bit p % 64 of word p / 64 is set while an event waits on port p
 *      4096  u64[4096]  entries: the other end of port p, slot number in the upper half and port in the lower;
 *                       0 when nobody is bound there
 * </pre>
 */
public final class EventMemoryLayout {

    /** First eight bytes: "conduitE" when read as little-endian text. */
    public static final long MAGIC = 0x4574_6975_646E_6F63L;
    /** Offset of the magic number. */
    public static final int MAGIC_OFFSET = 0;
    /** Version of this layout and of the control protocol. */
    public static final int VERSION = 1;
    /** Offset of the version. */
    public static final int VERSION_OFFSET = 8;
    /** Offset of the number of slots. */
    public static final int SLOT_COUNT_OFFSET = 12;

    /** Offset of the first slot. */
    public static final int SLOTS_OFFSET = 4096;
    /** Number of slots. */
    public static final int SLOTS = 1024;
    /** Ports of a domain, port 0 (never used) included. */
    public static final int PORTS = 4096;

    /** Offset of the wake word in a slot. */
    public static final int WAKE_OFFSET = 0;
    /** Offset of the sleeper word in a slot. */
    public static final int SLEEPER_OFFSET = 4;
    /** Offset of the pending bits in a slot; a cache line of its own, away from the two words above. */
    public static final int PENDING_OFFSET = 64;
    /** 64-bit words of pending bits. */
    public static final int PENDING_WORDS = PORTS / Long.SIZE;
    /** Offset of the entry table in a slot. */
    public static final int ENTRIES_OFFSET = 4096;
    /** Bytes of a slot. */
    public static final int SLOT_BYTES = ENTRIES_OFFSET + PORTS * Long.BYTES;
    /** Bytes of the file. */
    public static final int FILE_BYTES = SLOTS_OFFSET + SLOTS * SLOT_BYTES;

    private EventMemoryLayout() {
    }

    /**
     * Returns where a slot begins.
     *
     * @param slot 0 to {@link #SLOTS} - 1
     * @return byte offset in the file
     */
    public static int slot(int slot) {
        return SLOTS_OFFSET + slot * SLOT_BYTES;
    }

    /**
     * Returns where the pending word of a port is.
     *
     * @param slot slot
     * @param port port
     * @return byte offset in the file
     */
    public static int pendingWord(int slot, int port) {
        return slot(slot) + PENDING_OFFSET + port / Long.SIZE * Long.BYTES;
    }

    /**
     * Returns the bit of a port in its pending word.
     *
     * @param port port
     * @return a mask with one bit
     */
    public static long pendingBit(int port) {
        return 1L << port % Long.SIZE;
    }

    /**
     * Returns where the entry of a port is.
     *
     * @param slot slot
     * @param port port
     * @return byte offset in the file
     */
    public static int entry(int slot, int port) {
        return slot(slot) + ENTRIES_OFFSET + port * Long.BYTES;
    }

    /**
     * Packs an entry.
     *
     * @param slot the other end's slot
     * @param port the other end's port, positive
     * @return the entry, never 0
     */
    public static long packEntry(int slot, int port) {
        return (long) slot << Integer.SIZE | port;
    }

    /**
     * Unpacks the slot of an entry.
     *
     * @param entry read from shared memory, not trusted
     * @return the slot, or -1 when the entry is 0, or not one the host would write
     */
    public static int entrySlot(long entry) {
        long slot = entry >>> Integer.SIZE;
        int port = (int) entry;
        return port > 0 && port < PORTS && slot < SLOTS ? (int) slot : -1;
    }

    /**
     * Unpacks the port of an entry whose slot is valid.
     *
     * @param entry the entry
     * @return the port
     */
    public static int entryPort(long entry) {
        return (int) entry;
    }
}
