package dev.conduit.core.socket;

import dev.conduit.core.posix.PosixLoader;
import dev.conduit.xenstore.server.socket.MovableSocketProvider;
import dev.conduit.xenstore.server.socket.MovableSockets;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** Sockets that kill their process, with SIGKILL, before a certain message of a hand-over is sent or received. */
public final class FatalSocketProvider implements MovableSocketProvider {

    /** Which one, from 1 on; the first is the first call of a channel. */
    static final String PROPERTY = "conduit.test.kill";

    private final AtomicInteger calls = new AtomicInteger();

    /** Found by the service loader of a process that is to die. */
    public FatalSocketProvider() {
    }

    @Override
    public MovableSockets open() throws IOException {
        return fatal(MovableSockets.class, new PosixSockets(PosixLoader.posix()));
    }

    private <T> T fatal(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                (proxy, method, arguments) -> {
                    if ((method.getName().equals("send") || method.getName().equals("receive"))
                            && calls.incrementAndGet() == Integer.getInteger(PROPERTY)) {
                        die();
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        return result instanceof PosixChannel channel
                                ? fatal(dev.conduit.xenstore.server.socket.DescriptorChannel.class, channel) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private static void die() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-KILL", "" + ProcessHandle.current().pid()).inheritIO().start().waitFor();
        Thread.sleep(60_000);
    }
}
