package dev.conduit.core.local.host;

import java.util.ArrayList;
import java.util.List;

/** Writes down what the tables did, in order. */
final class RecordingEffects implements HostEffects {

    final List<String> log = new ArrayList<>();

    /** What prepareSlot and createDomain refuse with, or null. */
    Refusal slotRefusal;
    Refusal domainRefusal;

    /** Returns what happened since the last call. */
    List<String> drain() {
        List<String> copy = List.copyOf(log);
        log.clear();
        return copy;
    }

    /** A byte whose clearing and closing is written down. */
    UnmapByte target(String name) {
        return new UnmapByte() {
            @Override
            public void clear() {
                log.add("clear " + name);
            }

            @Override
            public void close() {
                log.add("close " + name);
            }
        };
    }

    @Override
    public void prepareSlot(int slot) throws Refusal {
        if (slotRefusal != null) {
            throw slotRefusal;
        }
        log.add("slot " + slot);
    }

    @Override
    public void createDomain(int domain, String name) throws Refusal {
        if (domainRefusal != null) {
            throw domainRefusal;
        }
        log.add("create " + domain + " " + name);
    }

    @Override
    public void watch(Handle handle, long pid) {
        log.add("watch " + handle.slot() + " " + pid);
    }

    @Override
    public void connect(int slot, int port, int remoteSlot, int remotePort) {
        log.add("connect " + slot + "." + port + " to " + remoteSlot + "." + remotePort);
    }

    @Override
    public void disconnect(int slot, int port) {
        log.add("disconnect " + slot + "." + port);
    }

    @Override
    public void raise(int slot, int port) {
        log.add("raise " + slot + "." + port);
    }

    @Override
    public void wake(int slot) {
        log.add("wake " + slot);
    }

    @Override
    public void drop(Handle handle) {
        log.add("drop " + handle.slot());
    }

    @Override
    public void endDomain(int domain) {
        log.add("end " + domain);
    }
}
