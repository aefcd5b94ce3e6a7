package dev.conduit.core.local;

import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLoader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.IntSupplier;

/** The real calls, one of which fails when a test says so. */
public final class FailingPosix {

    private FailingPosix() {
    }

    /** Calls of {@code name} return minus what {@code errno} gives, unless that is 0. */
    public static Posix failing(String name, IntSupplier errno) {
        Posix real = PosixLoader.posix();
        return (Posix) Proxy.newProxyInstance(Posix.class.getClassLoader(), new Class<?>[] {Posix.class},
                (proxy, method, arguments) -> {
                    int failure = method.getName().equals(name) ? errno.getAsInt() : 0;
                    if (failure != 0) {
                        return method.getReturnType() == long.class ? (Object) (long) -failure : (Object) (-failure);
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
