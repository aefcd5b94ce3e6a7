package dev.conduit.core.local.host;

import dev.conduit.core.GrantAccess;
import dev.conduit.core.local.shared.GrantFile;

/** Pages of one memory file that one process granted to one domain, with consecutive references. */
final class Share extends Region {

    private final int peer;
    private final GrantAccess access;
    private final GrantFile file;
    private final int firstRef;
    private final int pages;
    private int runs;
    private boolean ended;

    Share(int peer, GrantAccess access, GrantFile file, int firstRef, int pages) {
        this.peer = peer;
        this.access = access;
        this.file = file;
        this.firstRef = firstRef;
        this.pages = pages;
    }

    int peer() {
        return peer;
    }

    GrantAccess access() {
        return access;
    }

    GrantFile file() {
        return file;
    }

    int firstRef() {
        return firstRef;
    }

    int lastRef() {
        return firstRef + pages - 1;
    }

    @Override
    int pages() {
        return pages;
    }

    @Override
    Place place(int page) {
        return new Place(file, page);
    }

    /** True once the owner took it back: it can no longer be mapped, but its references stay in use while it is. */
    boolean ended() {
        return ended;
    }

    void end() {
        ended = true;
    }

    boolean mapped() {
        return runs > 0;
    }

    void addRun() {
        runs++;
    }

    void removeRun() {
        runs--;
    }
}
