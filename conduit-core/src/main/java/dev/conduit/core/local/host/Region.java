package dev.conduit.core.local.host;

import dev.conduit.core.local.shared.GrantFile;

/** Pages a process sees, shared by it or mapped by it, with at most one unmap notification. */
abstract class Region {

    private Notification notification;

    /** A page of a memory file. */
    record Place(GrantFile file, int page) {
    }

    /** What to do when the process loses the region: clear the byte, raise the port. */
    record Notification(UnmapByte target, Port port) {
    }

    abstract int pages();

    abstract Place place(int page);

    Notification notification() {
        return notification;
    }

    void notification(Notification value) {
        notification = value;
    }
}
