package dev.conduit.synjitsu.socket;

import dev.conduit.synjitsu.layer8.Hosts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One listening socket, for one service or several that clients name. The kernel completes the handshakes and keeps what
 * clients send; a connection has no thread until it is its turn. Thread-safe.
 */
public final class SocketFront implements AutoCloseable {

    private static final int BACKLOG = 4096;
    /** A thread that has had nothing to carry for so long ends. */
    private static final long IDLE_SECONDS = 10;

    private final ServerSocketChannel listener;
    private volatile Hosts<Upstream> hosts;
    private final SocketFrontOptions options;
    private final Consumer<String> notes;
    private final ThreadPoolExecutor carriers;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final Thread thread;

    private SocketFront(
            ServerSocketChannel listener, Hosts<Upstream> hosts, SocketFrontOptions options, Consumer<String> notes) {
        this.listener = listener;
        this.hosts = hosts;
        this.options = options;
        this.notes = notes;
        this.carriers = new ThreadPoolExecutor(options.carried(), options.carried(), IDLE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(options.waiting()), task -> daemon(task, "front-carrier"));
        carriers.allowCoreThreadTimeOut(true);
        this.thread = daemon(this::accept, "front-accept");
    }

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Listens.
     *
     * @param address where; port 0 takes any
     * @param hosts how each service is reached
     * @param options bounds
     * @param notes gets a line for each connection that could not be carried, on any thread; must not block
     * @return an open front
     * @throws IOException when it cannot listen there
     */
    public static SocketFront open(
            InetSocketAddress address, Hosts<Upstream> hosts, SocketFrontOptions options, Consumer<String> notes)
            throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        boolean listening = false;
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(address, BACKLOG);
            listening = true;
        } catch (IOException refused) {
            throw new IOException("cannot listen on " + address + ": " + refused.getMessage(), refused);
        } finally {
            if (!listening) {
                listener.close();
            }
        }
        SocketFront front = new SocketFront(listener, hosts, options, notes);
        front.thread.start();
        return front;
    }

    /**
     * Returns where it listens.
     *
     * @return address and port
     * @throws IOException when it is closed
     */
    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    /**
     * Changes who is behind it, for clients whose turn comes from now on.
     *
     * @param changed how each service is reached
     */
    public void serve(Hosts<Upstream> changed) {
        hosts = changed;
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                take(listener.accept());
            } catch (IOException failed) {
                if (listener.isOpen()) {
                    // No descriptor is free, most likely: clients wait in the kernel's queue.
                    notes.accept("cannot accept: " + failed.getMessage());
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(SocketChannel accepted) {
        Client client;
        try {
            client = new SocketClient(accepted);
        } catch (IOException gone) {
            Sockets.close(accepted);
            return;
        }
        carry(client);
    }

    /** Puts a client in the queue. */
    void carry(Client client) {
        clients.add(client);
        long accepted = System.nanoTime();
        try {
            carriers.execute(() -> carry(client, accepted));
        } catch (RejectedExecutionException full) {
            finish(client, false);
            notes.accept("a client is turned away: " + options.carried() + " connections are carried and "
                    + options.waiting() + " wait");
        }
    }

    private void carry(Client client, long accepted) {
        boolean whole = false;
        try {
            whole = new Carrier(client, hosts, options, accepted).run();
        } catch (IOException | RuntimeException failed) {
            notes.accept("a client was reset: " + failed.getMessage());
        } finally {
            finish(client, whole);
        }
    }

    private void finish(Client client, boolean whole) {
        clients.remove(client);
        if (whole) {
            client.close();
        } else {
            client.reset();
        }
    }

    /** Stops listening, and resets what is carried or waits. Idempotent. */
    @Override
    public void close() {
        Sockets.close(listener);
        carriers.shutdownNow();
        clients.forEach(Client::reset);
    }
}
