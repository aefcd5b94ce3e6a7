package dev.conduit.core.xen.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.GrantTable;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A domain's Linux, with gntalloc and gntdev: system calls go to the real one but for those on the two devices. Keeps
 * account of what it gave out, and fails a call when a test says so.
 */
final class FakeKernel {

    static final Path GNTALLOC = Path.of("/fake/xen/gntalloc");
    static final Path GNTDEV = Path.of("/fake/xen/gntdev");

    private static final Set<String> FALLIBLE = Set.of("open", "ioctl", "mmap", "view");
    private static final int ARGUMENT = 16 + 1024 * 8;

    final FakeXen xen;
    final int domain;
    /** Event ports of the domain, and what an event on them does. */
    final Map<Integer, Runnable> ports = new ConcurrentHashMap<>();
    /** Names of the calls made, in order. */
    final List<String> calls = new ArrayList<>();
    int limit = 1024;
    int mapLimit = 65536;
    /** Grants one mapping may have. */
    int mapTrack = Integer.MAX_VALUE;
    /** Attempts to map that find a page swapped out. */
    int swappedOut;
    int allocatedPages;
    /** References that open gntdevs know. */
    int named;
    /** Number, from 0, of the call that fails, or -1; with which error; and how often in a row. */
    int failingCall = -1;
    int failure = Errno.ENOMEM;
    int failures = 1;

    private final Map<Integer, FakeDevice> devices = new HashMap<>();
    private final Map<Long, Area> areas = new TreeMap<>();
    private final Map<Long, Long> ranges = new TreeMap<>();

    FakeKernel(FakeXen xen, int domain) {
        this.xen = xen;
        this.domain = domain;
    }

    /** Addresses where a device is mapped. */
    private record Area(long start, long end, Runnable unmapped) {
    }

    XenGrantTable table(Path modules) throws Exception {
        return new XenGrantTable(posix(), GNTALLOC, GNTDEV, modules);
    }

    private Posix posix() {
        return (Posix) Proxy.newProxyInstance(Posix.class.getClassLoader(), new Class<?>[] {Posix.class},
                (proxy, method, arguments) -> {
                    // Gives other threads a chance to spoil the arguments.
                    Thread.yield();
                    synchronized (xen) {
                        return call(method, arguments);
                    }
                });
    }

    /** What of the domain is in use, but for address space a buffer still refers to. */
    String inUse() {
        synchronized (xen) {
            return devices.size() + " descriptors, " + areas.size() + " mappings, " + allocatedPages + " pages, " + named
                    + " references";
        }
    }

    static final String NOTHING = "0 descriptors, 0 mappings, 0 pages, 0 references";

    /** Ranges of address space in use, those of the arguments of calls included. */
    int ranges() {
        synchronized (xen) {
            return ranges.size();
        }
    }

    /** Has a call fail, counted from now on. */
    void fail(int call, int errno, int times) {
        synchronized (xen) {
            calls.clear();
            failingCall = call;
            failure = errno;
            failures = times;
        }
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        if (FALLIBLE.contains(name)) {
            int number = calls.size();
            calls.add(name);
            if (failingCall >= 0 && number >= failingCall && number < failingCall + failures) {
                if (name.equals("view")) {
                    throw new OutOfMemoryError("injected");
                }
                return method.getReturnType() == long.class ? (Object) (long) -failure : (Object) (-failure);
            }
        }
        return switch (name) {
            case "open" -> open((String) arguments[0], (int) arguments[1]);
            case "close" -> close((int) arguments[0]);
            case "ioctl" -> ioctl((int) arguments[0], (long) arguments[1], (long) arguments[2]);
            case "mmap" -> mmap((long) arguments[0], (long) arguments[1], (int) arguments[2], (int) arguments[3],
                    (int) arguments[4], (long) arguments[5]);
            case "munmap" -> munmap((long) arguments[0], (long) arguments[1]);
            default -> real(method, arguments);
        };
    }

    private Object real(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(xen.real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private int open(String path, int flags) {
        boolean gntalloc = path.equals(GNTALLOC.toString());
        assertThat(gntalloc || path.equals(GNTDEV.toString())).as(path).isTrue();
        assertThat(flags).isEqualTo(PosixConstants.O_RDWR | PosixConstants.O_CLOEXEC);
        int fd = xen.real.memfdCreate("fake-device", PosixConstants.MFD_CLOEXEC);
        devices.put(fd, gntalloc ? new FakeGntalloc(this) : new FakeGntdev(this));
        return fd;
    }

    private int close(int fd) {
        FakeDevice device = devices.remove(fd);
        assertThat(device).as("descriptor " + fd).isNotNull();
        device.release();
        return xen.real.close(fd);
    }

    private int ioctl(int fd, long request, long address) {
        FakeDevice device = devices.get(fd);
        assertThat(device).as("descriptor " + fd).isNotNull();
        ByteBuffer argument = xen.real.view(address, ARGUMENT);
        return device.ioctl((int) request, argument);
    }

    private long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        if (fd >= 0) {
            return mapDevice(devices.get(fd), address, (int) (length / GrantTable.PAGE_SIZE), protection, flags,
                    offset);
        }
        long result = xen.real.mmap(address, length, protection, flags, fd, offset);
        if ((flags & PosixConstants.MAP_FIXED) != 0) {
            unmapped(address, length);
        } else {
            ranges.put(result, length);
        }
        return result;
    }

    private long mapDevice(FakeDevice device, long wanted, int pages, int protection, int flags, long offset) {
        assertThat(flags & PosixConstants.MAP_SHARED).isNotZero();
        long length = (long) pages * GrantTable.PAGE_SIZE;
        FakeDevice.Mapping mapping = device.map(offset, pages, (protection & PosixConstants.PROT_WRITE) != 0);
        if (mapping.error() != 0) {
            return -mapping.error();
        }
        long start = wanted;
        if ((flags & PosixConstants.MAP_FIXED) == 0) {
            start = xen.real.mmap(0, length, PosixConstants.PROT_NONE,
                    PosixConstants.MAP_PRIVATE | PosixConstants.MAP_ANONYMOUS, -1, 0);
            ranges.put(start, length);
        }
        long next = start;
        for (FakeXen.Grant grant : mapping.pages()) {
            assertThat(xen.real.mmap(next, GrantTable.PAGE_SIZE, protection,
                    PosixConstants.MAP_SHARED | PosixConstants.MAP_FIXED, grant.pages.fd,
                    (long) grant.page * GrantTable.PAGE_SIZE)).isEqualTo(next);
            next += GrantTable.PAGE_SIZE;
        }
        areas.put(start, new Area(start, next, mapping.unmapped()));
        return start;
    }

    private int munmap(long address, long length) {
        unmapped(address, length);
        assertThat(ranges.remove(address)).isEqualTo(length);
        return xen.real.munmap(address, length);
    }

    /** No area may be torn: nothing here unmaps a part of one. */
    private void unmapped(long address, long length) {
        for (Area area : List.copyOf(areas.values())) {
            if (area.start() < address + length && area.end() > address) {
                assertThat(area.start() >= address && area.end() <= address + length).as("torn area").isTrue();
                areas.remove(area.start());
                area.unmapped().run();
            }
        }
    }
}
