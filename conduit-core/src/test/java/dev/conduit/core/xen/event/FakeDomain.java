package dev.conduit.core.xen.event;

import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** The system calls of one domain, with a record of its open descriptors, and failures where a test asks for them. */
public final class FakeDomain {

    /** Where the driver is, below any root. */
    public static final Path DEVICE = Path.of("/dev/xen/evtchn");

    private static final Set<String> NOT_CALLS = Set.of("name", "priority", "view", "toString", "hashCode", "equals");

    private final FakeXen xen;
    private final int id;
    private final Map<Integer, FakeEvtchn> drivers = new ConcurrentHashMap<>();

    /** Descriptors that were opened and not closed. */
    public final Set<Integer> open = ConcurrentHashMap.newKeySet();
    /** Calls so far. */
    public final AtomicInteger calls = new AtomicInteger();

    /** Threads in epoll_wait. */
    public final AtomicInteger waiting = new AtomicInteger();

    /** Given the number of the call from 0 and its name: the errno it fails with, or 0. */
    public volatile BiFunction<Integer, String, Integer> failure = (number, name) -> 0;
    /** Ports the domain may have. */
    public volatile int maxPorts = 4095;
    /** Events the driver can queue. */
    public volatile int queueSize = 4096;
    /** Events that did not fit. */
    public volatile int overflows;

    FakeDomain(FakeXen xen, int id) {
        this.xen = xen;
        this.id = id;
    }

    /** Its system calls. */
    public Posix posix() {
        return (Posix) Proxy.newProxyInstance(Posix.class.getClassLoader(), new Class<?>[] {Posix.class},
                (proxy, method, arguments) -> NOT_CALLS.contains(method.getName()) ? real(method, arguments)
                        : call(method, arguments));
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        int errno = failure.apply(calls.getAndIncrement(), name);
        if (errno != 0 && !name.equals("close")) {
            return method.getReturnType() == long.class ? (Object) (long) -errno : (Object) (-errno);
        }
        if (name.equals("open") && ((String) arguments[0]).endsWith(DEVICE.toString())) {
            FakeEvtchn driver = new FakeEvtchn(xen, id, this);
            drivers.put(driver.fd, driver);
            open.add(driver.fd);
            return driver.fd;
        }
        FakeEvtchn driver = drivers.get(arguments[0] instanceof Integer fd ? fd : -1);
        if (driver != null) {
            switch (name) {
                case "read":
                    return driver.read((long) arguments[1], (long) arguments[2]);
                case "write":
                    return driver.write((long) arguments[1], (long) arguments[2]);
                case "ioctl":
                    return driver.ioctl((long) arguments[1], (long) arguments[2]);
                case "close":
                    drivers.remove(driver.fd);
                    open.remove(driver.fd);
                    return driver.close();
                default:
                    break;
            }
        }
        if (name.equals("close") && !open.remove((int) arguments[0])) {
            return -Errno.EBADF;
        }
        boolean wait = name.equals("epollWait");
        waiting.addAndGet(wait ? 1 : 0);
        Object result = real(method, arguments);
        waiting.addAndGet(wait ? -1 : 0);
        if (Set.of("open", "epollCreate", "eventFd").contains(name) && (int) result >= 0) {
            open.add((int) result);
        }
        return result;
    }

    private Object real(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(xen.real(), arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
