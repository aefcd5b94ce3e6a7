package dev.conduit.vchan;

import dev.conduit.core.EventPort;
import dev.conduit.core.PlatformException;
import dev.conduit.core.SharedPages;
import java.nio.ByteBuffer;

/** Pages of a {@link FakeMachine}, granted or mapped. The memory stays what it was after close. */
final class FakeRegion implements SharedPages {

    private final FakeMachine machine;
    private final int domain;
    private final ByteBuffer buffer;
    private final int[] refs;
    private EventPort notifyPort;
    private int notifyByte;
    private boolean closed;

    FakeRegion(FakeMachine machine, int domain, ByteBuffer buffer, int[] refs) {
        this.machine = machine;
        this.domain = domain;
        this.buffer = buffer;
        this.refs = refs;
        machine.opened(this);
    }

    int domain() {
        return domain;
    }

    @Override
    public int[] refs() {
        return refs.clone();
    }

    @Override
    public int pages() {
        return buffer.capacity() / FakeMachine.PAGE;
    }

    @Override
    public boolean mirrored() {
        return false;
    }

    @Override
    public ByteBuffer buffer() {
        return buffer;
    }

    @Override
    public synchronized void notifyOnUnmap(int byteOffset, EventPort port) throws PlatformException {
        machine.failIfAsked("unmap notification for byte " + byteOffset);
        notifyByte = byteOffset;
        notifyPort = port;
    }

    @Override
    public void close() {
        end(true);
    }

    /** Unmaps; a domain that is destroyed as a whole gives no notification. */
    synchronized void end(boolean notify) {
        if (closed) {
            return;
        }
        closed = true;
        machine.faults.note("end of " + pages() + " with byte " + notifyByte + " at " + buffer.get(notifyByte));
        machine.revoke(refs);
        machine.closed(this);
        if (notify && notifyPort != null) {
            buffer.put(notifyByte, (byte) 0);
            try {
                notifyPort.send();
            } catch (PlatformException e) {
                throw new IllegalStateException("the port of an unmap notification was closed first", e);
            }
        }
    }
}
