package dev.conduit.core.local;

import dev.conduit.core.DomainId;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.GrantTable;
import dev.conduit.core.PageRegion;
import dev.conduit.core.PlatformException;
import dev.conduit.core.SharedPages;
import dev.conduit.core.local.shared.ControlProtocol;
import dev.conduit.core.local.shared.GrantFile;
import dev.conduit.core.local.shared.GrantRun;
import dev.conduit.core.local.shared.SealedFile;
import dev.conduit.core.posix.MappedMemory;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Grants as sealed memory files: the owner makes one a share, the peer opens it through the owner's descriptor. */
final class LocalGrantTable implements GrantTable {

    private final Posix posix;
    private final HostClient host;
    private final Set<LocalRegion> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    LocalGrantTable(Posix posix, HostClient host) {
        this.posix = posix;
        this.host = host;
    }

    HostClient host() {
        return host;
    }

    void forget(LocalRegion region) {
        open.remove(region);
    }

    /** Closes what is still open. */
    void closeAll() {
        closed = true;
        open.forEach(LocalRegion::close);
    }

    @Override
    public SharedPages share(DomainId peer, int pages, GrantAccess access, boolean mirrored)
            throws PlatformException {
        checkCount(pages, "pages");
        int fd = SealedFile.create(posix, "conduit-grant", (long) pages * PAGE_SIZE);
        MappedMemory memory = null;
        boolean done = false;
        try {
            memory = MappedMemory.map(posix, List.of(new MappedMemory.Run(fd, 0, pages)), GrantAccess.READ_WRITE,
                    mirrored);
            int firstRef = number(host.call(ControlProtocol.SHARE, peer, word(access), fd, pages), 0);
            Share share = new Share(this, memory, fd, firstRef);
            done = true;
            return opened(share);
        } finally {
            if (!done) {
                close(memory);
                posix.close(fd);
            }
        }
    }

    @Override
    public PageRegion map(DomainId owner, int[] refs, GrantAccess access, boolean mirrored)
            throws PlatformException {
        checkCount(refs.length, "grant references");
        List<Object> request = new ArrayList<>(List.of(ControlProtocol.MAP, owner, word(access)));
        for (int ref : refs) {
            if (ref < 1) {
                throw new PlatformException("grant reference " + ref + " of domain " + owner + " is not positive");
            }
            request.add(ref);
        }
        List<String> reply = host.call(request.toArray());
        int id = number(reply, 0);
        MappedMemory memory;
        try {
            memory = mapRuns(reply.subList(1, reply.size()), refs.length, access, mirrored);
        } catch (PlatformException e) {
            host.attempt(ControlProtocol.UNMAP, id);
            throw e;
        }
        return opened(new Mapping(this, memory, id));
    }

    /** Regions made while the platform closes are closed here, so that none is forgotten. */
    private <R extends LocalRegion> R opened(R region) throws PlatformException {
        open.add(region);
        if (closed) {
            region.close();
            throw new PlatformException("the platform is closed");
        }
        return region;
    }

    private MappedMemory mapRuns(List<String> runs, int pages, GrantAccess access, boolean mirrored)
            throws PlatformException {
        Map<GrantFile, Integer> files = new HashMap<>();
        try {
            int total = 0;
            List<MappedMemory.Run> mapped = new ArrayList<>();
            for (String text : runs) {
                GrantRun run = parse(text);
                total += run.count();
                mapped.add(new MappedMemory.Run(openRun(files, run, access), run.page(), run.count()));
            }
            if (total != pages) {
                throw new PlatformException("the host gave " + total + " pages for " + pages + " references");
            }
            return MappedMemory.map(posix, mapped, access, mirrored);
        } finally {
            files.values().forEach(posix::close);
        }
    }

    /** A file several runs come from is opened once; the size is checked for each run. */
    private int openRun(Map<GrantFile, Integer> files, GrantRun run, GrantAccess access) throws PlatformException {
        long bytes = (long) (run.page() + run.count()) * PAGE_SIZE;
        Integer known = files.get(run.file());
        if (known != null) {
            SealedFile.checkRegistered(posix, known, run.file(), bytes);
            return known;
        }
        int flags = access == GrantAccess.READ_WRITE ? PosixConstants.O_RDWR : PosixConstants.O_RDONLY;
        int fd = SealedFile.openRegistered(posix, run.file(), flags, bytes);
        files.put(run.file(), fd);
        return fd;
    }

    private static GrantRun parse(String text) throws PlatformException {
        try {
            return GrantRun.parse(text);
        } catch (IllegalArgumentException e) {
            throw new PlatformException("the host answered with a malformed " + e.getMessage());
        }
    }

    static int number(List<String> reply, int index) throws PlatformException {
        if (index >= reply.size() || !reply.get(index).matches("[0-9]{1,10}")
                || Long.parseLong(reply.get(index)) > Integer.MAX_VALUE) {
            throw new PlatformException("the host answered " + reply + ", which has no number at place " + index);
        }
        return Integer.parseInt(reply.get(index));
    }

    private static String word(GrantAccess access) {
        return access == GrantAccess.READ_WRITE ? ControlProtocol.READ_WRITE : ControlProtocol.READ_ONLY;
    }

    private static void checkCount(int count, String what) {
        if (count < 1 || count > ControlProtocol.MAX_PAGES) {
            throw new IllegalArgumentException(count + " " + what + " is not between 1 and "
                    + ControlProtocol.MAX_PAGES);
        }
    }

    private static void close(MappedMemory memory) {
        if (memory != null) {
            memory.close();
        }
    }

    /** Pages of this process. The descriptor stays open for the peer to open the file through. */
    private static final class Share extends LocalRegion implements SharedPages {

        private final Posix posix;
        private final int fd;
        private final int firstRef;

        Share(LocalGrantTable table, MappedMemory memory, int fd, int firstRef) {
            super(table, memory);
            this.posix = table.posix;
            this.fd = fd;
            this.firstRef = firstRef;
        }

        @Override
        public int[] refs() {
            int[] refs = new int[pages()];
            for (int i = 0; i < refs.length; i++) {
                refs[i] = firstRef + i;
            }
            return refs;
        }

        @Override
        String kind() {
            return ControlProtocol.SHARE;
        }

        @Override
        int number() {
            return firstRef;
        }

        @Override
        void release(HostClient host) {
            host.attempt(ControlProtocol.UNSHARE, firstRef);
            posix.close(fd);
        }
    }

    /** Pages of another process. */
    private static final class Mapping extends LocalRegion {

        private final int id;

        Mapping(LocalGrantTable table, MappedMemory memory, int id) {
            super(table, memory);
            this.id = id;
        }

        @Override
        String kind() {
            return ControlProtocol.MAP;
        }

        @Override
        int number() {
            return id;
        }

        @Override
        void release(HostClient host) {
            host.attempt(ControlProtocol.UNMAP, id);
        }
    }
}
