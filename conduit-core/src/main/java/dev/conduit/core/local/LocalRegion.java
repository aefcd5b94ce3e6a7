package dev.conduit.core.local;

import dev.conduit.core.EventPort;
import dev.conduit.core.GrantTable;
import dev.conduit.core.PageRegion;
import dev.conduit.core.PlatformException;
import dev.conduit.core.local.shared.ControlProtocol;
import dev.conduit.core.posix.MappedMemory;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pages mapped in this process, and known to the host under a number: a share or a mapping. */
abstract class LocalRegion implements PageRegion {

    private static final Logger LOG = LoggerFactory.getLogger(LocalRegion.class);

    private final LocalGrantTable table;
    private final MappedMemory memory;
    private EventPort notifyPort;
    private int notifyOffset;
    private boolean closed;

    LocalRegion(LocalGrantTable table, MappedMemory memory) {
        this.table = table;
        this.memory = memory;
    }

    /** How NOTIFY names this kind of region: SHARE or MAP. */
    abstract String kind();

    /** Its number at the host: first reference or mapping. */
    abstract int number();

    /** Gives it back to the host. */
    abstract void release(HostClient host);

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
        if (closed) {
            throw new PlatformException(kind() + " " + number() + " is closed");
        }
        table.host().call(ControlProtocol.NOTIFY, kind(), number(), byteOffset, port.number());
        notifyOffset = byteOffset;
        notifyPort = port;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (notifyPort != null) {
            // The byte after all that this process wrote before, the event after the byte.
            VarHandle.releaseFence();
            memory.buffer().put(notifyOffset, (byte) 0);
            VarHandle.fullFence();
            sendEvent();
        }
        release(table.host());
        memory.close();
        table.forget(this);
    }

    private void sendEvent() {
        try {
            notifyPort.send();
        } catch (PlatformException e) {
            LOG.debug("closing {} {}: {}", kind(), number(), e.getMessage());
        }
    }
}
