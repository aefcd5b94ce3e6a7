package dev.conduit.core.xen.grant;

import dev.conduit.core.EventPort;
import dev.conduit.core.GrantTable;
import dev.conduit.core.PageRegion;
import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.MappedMemory;
import java.nio.ByteBuffer;

/**
 * Pages of a grant device in this process's memory. The kernel does the unmap notification, also when the process is
 * killed; closing replaces the mapping by zero pages, which is an unmapping to the kernel, and gives the pages back.
 */
class XenRegion implements PageRegion {

    private final XenGrantTable table;
    private final String name;
    private final MappedMemory memory;
    private final DeviceRange range;
    private boolean notifies;
    private boolean closed;

    /** {@code name} is how messages name it. */
    XenRegion(XenGrantTable table, String name, MappedMemory memory, DeviceRange range) {
        this.table = table;
        this.name = name;
        this.memory = memory;
        this.range = range;
    }

    @Override
    public int pages() {
        return memory.pages();
    }

    @Override
    public boolean mirrored() {
        return memory.mirrored();
    }

    @Override
    public ByteBuffer buffer() {
        return memory.buffer();
    }

    @Override
    public synchronized void notifyOnUnmap(int byteOffset, EventPort port) throws PlatformException {
        int bytes = pages() * GrantTable.PAGE_SIZE;
        if (byteOffset < 0 || byteOffset >= bytes) {
            throw new IllegalArgumentException("byte offset " + byteOffset + " is not between 0 and " + (bytes - 1));
        }
        String fault = closed ? " are closed" : notifies ? " have an unmap notification already"
                : buffer().isReadOnly() ? " are mapped for reading only, so no byte can be cleared when they go" : null;
        if (fault != null) {
            throw new PlatformException(name + fault);
        }
        int result = range.notifyOnUnmap(byteOffset, port.number());
        if (result < 0) {
            throw new PlatformException("unmap notification of " + name + " on event port " + port.number()
                    + " is refused: " + Errno.describe(result)
                    + (result == -Errno.EINVAL ? "; the port is not open in this domain" : ""));
        }
        notifies = true;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        memory.close();
        range.release();
        table.forget(this);
    }
}
