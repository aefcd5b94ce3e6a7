package dev.conduit.core.posix;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The real calls, with a record of the address ranges they hold, and a failure where a test asks for one. */
final class FaultyPosix {

    /** Start to length of the ranges that were mapped anywhere (not MAP_FIXED) and are not unmapped. */
    final Map<Long, Long> ranges = new ConcurrentHashMap<>();

    /** Number, from 0, of the mmap call that fails, or -1. */
    volatile int failingMmap = -1;
    volatile boolean failingView;
    volatile int mmaps;

    Posix over(Posix real) {
        return (Posix) Proxy.newProxyInstance(Posix.class.getClassLoader(), new Class<?>[] {Posix.class},
                (proxy, method, arguments) -> {
                    String name = method.getName();
                    if (name.equals("mmap") && mmaps++ == failingMmap) {
                        return (long) -Errno.ENOMEM;
                    }
                    if (name.equals("view") && failingView) {
                        throw new OutOfMemoryError("injected");
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        record(name, arguments, result);
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void record(String name, Object[] arguments, Object result) {
        if (name.equals("mmap") && ((int) arguments[3] & PosixConstants.MAP_FIXED) == 0 && (long) result > 0) {
            ranges.put((long) result, (long) arguments[1]);
        }
        if (name.equals("munmap") && (int) result == 0) {
            ranges.remove((long) arguments[0], (long) arguments[1]);
        }
    }
}
