package dev.conduit.core.xen.grant;

import dev.conduit.core.GrantTable;
import dev.conduit.core.posix.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** An open gntalloc, as Linux 6.1 has it: a page lives while the file lists it or somebody maps it. */
final class FakeGntalloc implements FakeDevice {

    private final FakeKernel kernel;
    private final List<Page> listed = new ArrayList<>();
    /** No program may rely on where it begins. */
    private long nextIndex = 16L * GrantTable.PAGE_SIZE;

    FakeGntalloc(FakeKernel kernel) {
        this.kernel = kernel;
    }

    private static final class Page {

        final long index;
        final FakeXen.Grant grant;
        int users = 1;
        int notifyOffset;
        Runnable event;

        Page(long index, FakeXen.Grant grant) {
            this.index = index;
            this.grant = grant;
        }
    }

    @Override
    public int ioctl(int request, ByteBuffer argument) {
        return switch (request) {
            case GrantLayout.IOCTL_GNTALLOC_ALLOC_GREF -> allocate(argument);
            case GrantLayout.IOCTL_GNTALLOC_DEALLOC_GREF -> deallocate(argument);
            case GrantLayout.IOCTL_SET_UNMAP_NOTIFY -> notifyOnUnmap(argument);
            default -> -Errno.ENOTTY;
        };
    }

    private int allocate(ByteBuffer argument) {
        int count = argument.getInt(4);
        if (kernel.allocatedPages + count > kernel.limit) {
            return -Errno.ENOSPC;
        }
        kernel.allocatedPages += count;
        FakeXen.Pages pages = new FakeXen.Pages(kernel.xen.real, count);
        argument.putLong(8, nextIndex);
        for (int i = 0; i < count; i++) {
            FakeXen.Grant grant = kernel.xen.grant(kernel.domain, argument.getShort(0), argument.getShort(2) == 1,
                    pages, i);
            listed.add(new Page(nextIndex, grant));
            argument.putInt(16 + 4 * i, grant.ref);
            nextIndex += GrantTable.PAGE_SIZE;
        }
        return 0;
    }

    /** The pages that stand one after the other from an index on; null when they do not. */
    private List<Page> find(long index, int count) {
        for (int i = 0; i + count <= listed.size(); i++) {
            if (listed.get(i).index == index
                    && listed.get(i + count - 1).index == index + (count - 1L) * GrantTable.PAGE_SIZE) {
                return List.copyOf(listed.subList(i, i + count));
            }
        }
        return null;
    }

    private int deallocate(ByteBuffer argument) {
        List<Page> pages = find(argument.getLong(0), argument.getInt(8));
        if (pages == null) {
            return -Errno.EINVAL;
        }
        listed.removeAll(pages);
        pages.forEach(this::drop);
        return 0;
    }

    private int notifyOnUnmap(ByteBuffer argument) {
        long index = argument.getLong(0);
        List<Page> pages = find(index & -GrantTable.PAGE_SIZE, 1);
        if (pages == null) {
            return -Errno.ENOENT;
        }
        Runnable event = kernel.ports.get(argument.getInt(12));
        if (argument.getInt(8) != 3 || event == null) {
            return -Errno.EINVAL;
        }
        pages.get(0).notifyOffset = (int) index & (GrantTable.PAGE_SIZE - 1);
        pages.get(0).event = event;
        return 0;
    }

    private void drop(Page page) {
        page.users--;
        if (page.users > 0) {
            return;
        }
        if (page.event != null) {
            page.grant.clear(page.notifyOffset);
            page.event.run();
        }
        page.grant.end();
        kernel.allocatedPages--;
    }

    @Override
    public Mapping map(long index, int count, boolean write) {
        List<Page> pages = find(index, count);
        if (pages == null) {
            return Mapping.refused(Errno.ENOENT);
        }
        pages.forEach(page -> page.users++);
        return new Mapping(pages.stream().map(page -> page.grant).toList(), () -> pages.forEach(this::drop), 0);
    }

    @Override
    public void release() {
        listed.forEach(this::drop);
        listed.clear();
    }
}
