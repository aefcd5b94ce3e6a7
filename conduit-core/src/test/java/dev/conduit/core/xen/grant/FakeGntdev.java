package dev.conduit.core.xen.grant;

import dev.conduit.core.GrantTable;
import dev.conduit.core.posix.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** An open gntdev, as Linux 6.1 has it: a map lives while the file lists it or it is mapped, which works once. */
final class FakeGntdev implements FakeDevice {

    /** No program may rely on where it begins. */
    private static final long FIRST_INDEX = 48L * GrantTable.PAGE_SIZE;

    private final FakeKernel kernel;
    private final List<GrantMap> listed = new ArrayList<>();

    FakeGntdev(FakeKernel kernel) {
        this.kernel = kernel;
    }

    private static final class GrantMap {

        final long index;
        final int count;
        final List<FakeXen.Grant> grants = new ArrayList<>();
        int users = 1;
        boolean used;
        boolean readOnly;
        long notifyOffset;
        Runnable event;

        GrantMap(long index, int count) {
            this.index = index;
            this.count = count;
        }

        long end() {
            return index + (long) count * GrantTable.PAGE_SIZE;
        }
    }

    @Override
    public int ioctl(int request, ByteBuffer argument) {
        return switch (request) {
            case GrantLayout.IOCTL_GNTDEV_MAP_GRANT_REF -> name(argument);
            case GrantLayout.IOCTL_GNTDEV_UNMAP_GRANT_REF -> forget(argument);
            case GrantLayout.IOCTL_SET_UNMAP_NOTIFY -> notifyOnUnmap(argument);
            default -> -Errno.ENOTTY;
        };
    }

    private int name(ByteBuffer argument) {
        int count = argument.getInt(0);
        if (count < 1 || count > kernel.mapLimit) {
            return -Errno.EINVAL;
        }
        long index = listed.isEmpty() ? FIRST_INDEX : listed.get(listed.size() - 1).end();
        GrantMap map = new GrantMap(index, count);
        for (int i = 0; i < count; i++) {
            map.grants.add(kernel.xen.find(argument.getInt(16 + 8 * i), argument.getInt(20 + 8 * i)));
        }
        listed.add(map);
        kernel.named += count;
        argument.putLong(8, index);
        return 0;
    }

    private int forget(ByteBuffer argument) {
        for (GrantMap map : listed) {
            if (map.index == argument.getLong(0) && map.count == argument.getInt(8)) {
                listed.remove(map);
                kernel.named -= map.count;
                drop(map);
                return 0;
            }
        }
        return -Errno.ENOENT;
    }

    private int notifyOnUnmap(ByteBuffer argument) {
        Runnable event = kernel.ports.get(argument.getInt(12));
        if (argument.getInt(8) != 3 || event == null) {
            return -Errno.EINVAL;
        }
        long index = argument.getLong(0);
        for (GrantMap map : listed) {
            if (index >= map.index && index < map.end()) {
                if (map.readOnly) {
                    return -Errno.EINVAL;
                }
                map.notifyOffset = index - map.index;
                map.event = event;
                return 0;
            }
        }
        return -Errno.ENOENT;
    }

    private void drop(GrantMap map) {
        map.users--;
        if (map.users == 0 && map.event != null) {
            map.event.run();
        }
    }

    @Override
    public Mapping map(long index, int count, boolean write) {
        for (GrantMap map : listed) {
            if (map.index == index && map.count == count && !map.used) {
                return map(map, write);
            }
        }
        return Mapping.refused(Errno.EINVAL);
    }

    private Mapping map(GrantMap map, boolean write) {
        map.used = true;
        map.readOnly = !write;
        if (kernel.swappedOut > 0) {
            kernel.swappedOut--;
            return Mapping.refused(Errno.EAGAIN);
        }
        if (map.grants.size() > kernel.mapTrack
                || map.grants.stream().anyMatch(grant -> grant == null || !grant.mayMap(kernel.domain, write))) {
            return Mapping.refused(Errno.EINVAL);
        }
        map.users++;
        map.grants.forEach(grant -> grant.mapped(1));
        return new Mapping(map.grants, () -> unmapped(map), 0);
    }

    private void unmapped(GrantMap map) {
        if (map.event != null) {
            map.grants.get((int) map.notifyOffset / GrantTable.PAGE_SIZE)
                    .clear((int) map.notifyOffset % GrantTable.PAGE_SIZE);
        }
        map.grants.forEach(grant -> grant.mapped(-1));
        drop(map);
    }

    @Override
    public void release() {
        for (GrantMap map : listed) {
            kernel.named -= map.count;
            drop(map);
        }
        listed.clear();
    }
}
