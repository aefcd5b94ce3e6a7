package dev.conduit.core.xen.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.GrantTable;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import dev.conduit.core.posix.PosixLoader;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** The hypervisor's part of grants, for domains that are all in this JVM: pages are those of memory files. */
final class FakeXen {

    /** Where Xen's reserved references end. */
    private static final int FIRST_REF = 8;

    final Posix real = PosixLoader.posix();
    private final Map<Integer, TreeMap<Integer, Grant>> tables = new TreeMap<>();

    /** Pages of one allocation; theirs until the last grant of them is gone. */
    static final class Pages {

        final int fd;
        final long address;
        final long length;
        private final Posix real;
        private int grants;

        Pages(Posix real, int count) {
            this.real = real;
            length = (long) count * GrantTable.PAGE_SIZE;
            fd = real.memfdCreate("fake-pages", PosixConstants.MFD_CLOEXEC);
            assertThat(real.fallocate(fd, 0, length)).isZero();
            address = real.mmap(0, length, PosixConstants.PROT_READ | PosixConstants.PROT_WRITE,
                    PosixConstants.MAP_SHARED, fd, 0);
            assertThat(address).isPositive();
        }

        private void drop() {
            grants--;
            if (grants == 0) {
                real.munmap(address, length);
                real.close(fd);
            }
        }
    }

    /** A grant, from the owner's allocation until the owner ended it and nobody maps it. */
    final class Grant {

        final int owner;
        final int ref;
        final int peer;
        final boolean writable;
        final Pages pages;
        final int page;
        private int mapped;
        private boolean ended;

        private Grant(int owner, int ref, int peer, boolean writable, Pages pages, int page) {
            this.owner = owner;
            this.ref = ref;
            this.peer = peer;
            this.writable = writable;
            this.pages = pages;
            this.page = page;
            pages.grants++;
        }

        boolean mayMap(int domain, boolean write) {
            return !ended && domain == peer && (writable || !write);
        }

        void mapped(int change) {
            mapped += change;
            forgetUnused();
        }

        void end() {
            ended = true;
            forgetUnused();
        }

        void clear(int offset) {
            ByteBuffer memory = real.view(pages.address, pages.length);
            memory.put(page * GrantTable.PAGE_SIZE + offset, (byte) 0);
        }

        private void forgetUnused() {
            if (ended && mapped == 0) {
                tables.get(owner).remove(ref);
                pages.drop();
            }
        }
    }

    /** A grant under the lowest number that is free. */
    Grant grant(int owner, int peer, boolean writable, Pages pages, int page) {
        TreeMap<Integer, Grant> table = tables.computeIfAbsent(owner, any -> new TreeMap<>());
        int ref = FIRST_REF;
        while (table.containsKey(ref)) {
            ref++;
        }
        return grant(owner, ref, peer, writable, pages, page);
    }

    /** A grant of one page that the domain builder made, under a reserved number. */
    Grant reserved(int owner, int ref, int peer) {
        return grant(owner, ref, peer, true, new Pages(real, 1), 0);
    }

    private Grant grant(int owner, int ref, int peer, boolean writable, Pages pages, int page) {
        Grant grant = new Grant(owner, ref, peer, writable, pages, page);
        tables.computeIfAbsent(owner, any -> new TreeMap<>()).put(ref, grant);
        return grant;
    }

    /** Null when there is none. */
    Grant find(int owner, int ref) {
        return tables.getOrDefault(owner, new TreeMap<>()).get(ref);
    }

    int grants() {
        return tables.values().stream().mapToInt(Map::size).sum();
    }
}
