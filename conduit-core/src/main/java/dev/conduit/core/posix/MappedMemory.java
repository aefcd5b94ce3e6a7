package dev.conduit.core.posix;

import dev.conduit.core.GrantAccess;
import dev.conduit.core.GrantTable;
import dev.conduit.core.PlatformException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pages of files mapped one after the other, and once more after that when mirrored, under one buffer.
 *
 * <p><b>Life of the address range.</b> It is reserved first, inaccessible; the pages are mapped into it; {@link #close}
 * maps private zero pages over all of it in one system call, so that a thread that reads at that moment sees either the
 * old page or zeros and never an unmapped address. The range itself is unmapped when the buffer and all that was made
 * from it (slices, duplicates) are unreachable; until then it costs address space only.
 *
 * <p>Thread-safe. The descriptors may be closed as soon as the mapping is made.
 */
public final class MappedMemory implements AutoCloseable {

    /** The most pages of one mapping, the mirror included: what one ByteBuffer can address. */
    public static final int MAX_PAGES = Integer.MAX_VALUE / GrantTable.PAGE_SIZE;

    private static final Logger LOG = LoggerFactory.getLogger(MappedMemory.class);

    private final Posix posix;
    private final long address;
    private final long length;
    private final int pages;
    private final boolean mirrored;
    private final ByteBuffer buffer;
    private boolean closed;

    /**
     * Pages that stand one after the other in a file.
     *
     * @param fd an open descriptor
     * @param firstPage offset in the file, in pages of 4096 bytes
     * @param pages how many, at least 1
     */
    public record Run(int fd, long firstPage, int pages) {

        /**
         * Checks the range.
         *
         * @param fd an open descriptor
         * @param firstPage offset in the file, in pages of 4096 bytes
         * @param pages how many, at least 1
         * @throws IllegalArgumentException when a number is out of range
         */
        public Run {
            if (firstPage < 0 || firstPage > Long.MAX_VALUE / GrantTable.PAGE_SIZE || pages < 1) {
                throw new IllegalArgumentException("run of " + pages + " pages from page " + firstPage
                        + " is not at least 1 page from a page at or after 0");
            }
        }
    }

    private MappedMemory(Posix posix, long address, int pages, boolean mirrored, ByteBuffer buffer) {
        this.posix = posix;
        this.address = address;
        this.length = buffer.capacity();
        this.pages = pages;
        this.mirrored = mirrored;
        this.buffer = buffer;
    }

    /**
     * Maps runs of pages, in the order given.
     *
     * @param posix the system calls
     * @param runs at least one
     * @param access READ_ONLY gives a mapping and a buffer that cannot be written
     * @param mirrored true to map all of it a second time, right after the first
     * @return the mapping
     * @throws PlatformException when a page cannot be mapped; nothing is left of the attempt
     * @throws IllegalArgumentException when there is no run, or more pages than {@link #MAX_PAGES}
     */
    public static MappedMemory map(Posix posix, List<Run> runs, GrantAccess access, boolean mirrored)
            throws PlatformException {
        long pages = 0;
        for (Run run : runs) {
            pages += run.pages();
        }
        long copies = mirrored ? 2 : 1;
        if (pages < 1 || pages * copies > MAX_PAGES) {
            throw new IllegalArgumentException("mapping of " + pages + " pages is not between 1 and "
                    + MAX_PAGES / copies);
        }
        long length = pages * copies * GrantTable.PAGE_SIZE;
        long address = posix.mmap(0, length, PosixConstants.PROT_NONE,
                PosixConstants.MAP_PRIVATE | PosixConstants.MAP_ANONYMOUS | PosixConstants.MAP_NORESERVE, -1, 0);
        if (address < 0) {
            throw new PlatformException("cannot reserve " + length + " bytes of address space: "
                    + Errno.describe(address));
        }
        boolean done = false;
        try {
            long next = address;
            for (int copy = 0; copy < copies; copy++) {
                next = mapRuns(posix, next, runs, access);
            }
            done = true;
        } finally {
            if (!done) {
                posix.munmap(address, length);
            }
        }
        return adopt(posix, address, (int) pages, access, mirrored);
    }

    /**
     * Takes over pages that are mapped already, for devices that map all of a region in one call.
     *
     * @param posix the system calls
     * @param address start of the range
     * @param pages how many, not counting the mirror
     * @param access READ_ONLY gives a buffer that cannot be written
     * @param mirrored true when the range has the pages twice
     * @return the mapping
     */
    public static MappedMemory adopt(Posix posix, long address, int pages, GrantAccess access, boolean mirrored) {
        long length = (long) pages * (mirrored ? 2 : 1) * GrantTable.PAGE_SIZE;
        boolean done = false;
        try {
            ByteBuffer buffer = posix.view(address, length, () -> posix.munmap(address, length));
            done = true;
            return new MappedMemory(posix, address, pages, mirrored,
                    access == GrantAccess.READ_WRITE ? buffer : readOnly(buffer));
        } finally {
            if (!done) {
                posix.munmap(address, length);
            }
        }
    }

    private static ByteBuffer readOnly(ByteBuffer buffer) {
        return buffer.asReadOnlyBuffer().order(ByteOrder.nativeOrder());
    }

    private static long mapRuns(Posix posix, long start, List<Run> runs, GrantAccess access)
            throws PlatformException {
        int protection = access == GrantAccess.READ_WRITE
                ? PosixConstants.PROT_READ | PosixConstants.PROT_WRITE : PosixConstants.PROT_READ;
        long next = start;
        for (Run run : runs) {
            long bytes = (long) run.pages() * GrantTable.PAGE_SIZE;
            long result = posix.mmap(next, bytes, protection, PosixConstants.MAP_SHARED | PosixConstants.MAP_FIXED,
                    run.fd(), run.firstPage() * GrantTable.PAGE_SIZE);
            if (result < 0) {
                throw new PlatformException("cannot map " + run.pages() + " pages from page " + run.firstPage()
                        + " of descriptor " + run.fd() + ": " + Errno.describe(result));
            }
            next += bytes;
        }
        return next;
    }

    /**
     * Returns the number of pages, not counting the mirror.
     *
     * @return at least 1
     */
    public int pages() {
        return pages;
    }

    /**
     * Tells whether the pages appear twice.
     *
     * @return true when the buffer has twice the size
     */
    public boolean mirrored() {
        return mirrored;
    }

    /**
     * Returns the start of the range, page-aligned; for system calls on words in it. Keep this object or the buffer
     * reachable during such a call.
     *
     * @return the address
     */
    public long address() {
        return address;
    }

    /**
     * Returns the memory: always the same buffer, in native byte order, valid for as long as it is reachable.
     *
     * @return the buffer
     */
    public ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Lets go of the pages: from now on the buffer shows zeros, and what is written to it goes nowhere. Idempotent.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        long result = posix.mmap(address, length, PosixConstants.PROT_READ | PosixConstants.PROT_WRITE,
                PosixConstants.MAP_FIXED | PosixConstants.MAP_PRIVATE | PosixConstants.MAP_ANONYMOUS
                        | PosixConstants.MAP_NORESERVE, -1, 0);
        // Not before the call is done may the cleaner unmap the range, which another mapping could then take.
        Reference.reachabilityFence(buffer);
        if (result < 0) {
            LOG.warn("cannot replace the mapping of {} pages: {}; the pages are held until their buffer is collected",
                    pages, Errno.describe(result));
        }
    }
}
