package dev.conduit.core.local.host;

import dev.conduit.core.GrantAccess;
import dev.conduit.core.local.shared.GrantRun;
import java.util.List;

/** Pages of one other domain that one process mapped, in the order it asked for. */
final class Mapping extends Region {

    /** Pages of one share that follow each other. */
    record Run(Share share, int page, int count) {

        GrantRun wire() {
            return new GrantRun(share.file(), page, count);
        }
    }

    private final int id;
    private final GrantAccess access;
    private final Domain owner;
    private final List<Run> runs;

    Mapping(int id, GrantAccess access, Domain owner, List<Run> runs) {
        this.id = id;
        this.access = access;
        this.owner = owner;
        this.runs = List.copyOf(runs);
    }

    int id() {
        return id;
    }

    GrantAccess access() {
        return access;
    }

    /** The domain whose pages these are. */
    Domain owner() {
        return owner;
    }

    List<Run> runs() {
        return runs;
    }

    @Override
    int pages() {
        int pages = 0;
        for (Run run : runs) {
            pages += run.count();
        }
        return pages;
    }

    @Override
    Place place(int page) {
        int rest = page;
        for (Run run : runs) {
            if (rest < run.count()) {
                return new Place(run.share().file(), run.page() + rest);
            }
            rest -= run.count();
        }
        throw new IndexOutOfBoundsException("page " + page + " of a mapping of " + pages() + " pages");
    }
}
