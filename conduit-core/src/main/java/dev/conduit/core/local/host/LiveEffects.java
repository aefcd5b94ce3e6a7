package dev.conduit.core.local.host;

import dev.conduit.core.PlatformException;
import dev.conduit.core.local.shared.EventMemory;
import dev.conduit.core.local.shared.EventMemoryLayout;
import dev.conduit.core.local.shared.SealedFile;
import dev.conduit.core.posix.Posix;
import java.util.function.Consumer;

/** What the tables decide, done to the event memory, to XenStore and to the control connections. */
final class LiveEffects implements HostEffects {

    private final Posix posix;
    private final int eventFd;
    private final EventMemory events;
    private final DomainStore store;
    private final KeptProcesses kept;
    private final Consumer<Handle> drop;

    LiveEffects(Posix posix, int eventFd, EventMemory events, DomainStore store, KeptProcesses kept,
            Consumer<Handle> drop) {
        this.posix = posix;
        this.eventFd = eventFd;
        this.events = events;
        this.store = store;
        this.kept = kept;
        this.drop = drop;
    }

    @Override
    public void prepareSlot(int slot) throws Refusal {
        try {
            SealedFile.reserve(posix, eventFd, EventMemoryLayout.slot(slot), EventMemoryLayout.SLOT_BYTES);
        } catch (PlatformException e) {
            throw new Refusal("ENOMEM", e.getMessage() + ", for the events of one more process");
        }
        events.clear(slot);
    }

    @Override
    public void createDomain(int domain, String name) throws Refusal {
        store.create(domain, name);
    }

    @Override
    public void watch(Handle handle, long pid) throws Refusal {
        kept.add(handle, pid);
    }

    @Override
    public void connect(int slot, int port, int remoteSlot, int remotePort) {
        events.setEntry(slot, port, EventMemoryLayout.packEntry(remoteSlot, remotePort));
    }

    @Override
    public void disconnect(int slot, int port) {
        events.setEntry(slot, port, 0);
    }

    @Override
    public void raise(int slot, int port) {
        events.raise(slot, port);
    }

    @Override
    public void wake(int slot) {
        events.interrupt(slot);
    }

    @Override
    public void drop(Handle handle) {
        drop.accept(handle);
    }

    @Override
    public void endDomain(int domain) {
        store.end(domain);
    }
}
