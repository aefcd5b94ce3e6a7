package dev.conduit.rendezvous.directory;

import dev.conduit.rendezvous.directory.config.Readiness;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out when started guests are ready. No thread waits for one: XenStore tells of changes by watches, and ports are
 * tried by connects that do not block, on the clock's thread.
 */
final class ReadinessWatch {

    private static final Logger LOG = LoggerFactory.getLogger(ReadinessWatch.class);
    /** A guest whose kernel comes up drops packets at first; TCP's own second try would come a second later. */
    private static final long TRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long QUICK_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long QUICK_PAUSE_MILLIS = 2;
    private static final long PAUSE_MILLIS = 20;

    /** One guest; {@code ready} and {@code kernelUp} may be called more than once. */
    interface Listener {
        void ready();

        void never(String why);

        void kernelUp();
    }

    private final XenStoreClient store;
    private final ScheduledExecutorService clock;
    private final Map<Long, Waiting> waiting = new HashMap<>();

    private static final class Waiting {
        private final List<XenStoreClient.Watch> watches = new ArrayList<>();
        private boolean ended;

        synchronized boolean ended() {
            return ended;
        }

        /** The watch may come after the end. */
        synchronized void add(XenStoreClient.Watch watch) {
            if (ended) {
                watch.close();
            } else {
                watches.add(watch);
            }
        }

        synchronized void end() {
            ended = true;
            watches.forEach(XenStoreClient.Watch::close);
            watches.clear();
        }
    }

    ReadinessWatch(XenStoreClient store, ScheduledExecutorService clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Takes a guest on.
     *
     * @return what begins to wait; it may block for some exchanges with XenStore, and does nothing after
     *     {@link #forget}
     */
    Runnable prepare(long ticket, Readiness readiness, int domain, Listener listener) {
        Waiting mine = new Waiting();
        synchronized (waiting) {
            waiting.put(ticket, mine);
        }
        return () -> {
            try {
                if (!mine.ended()) {
                    begin(mine, readiness, domain, listener);
                }
            } catch (XenStoreException refused) {
                listener.never("XenStore cannot be asked: " + refused.getMessage());
            }
        };
    }

    private void begin(Waiting mine, Readiness readiness, int domain, Listener listener) throws XenStoreException {
        if (domain > 0) {
            // Made empty by the toolstack; Linux writes it when its Xen drivers are up.
            String feature = "/local/domain/" + domain + "/control/feature-poweroff";
            mine.add(store.watch(feature, 0, path -> whenHolds(mine, listener::kernelUp,
                    () -> value(feature).filter(text -> !text.isEmpty()).isPresent())));
        }
        if (readiness instanceof Readiness.Port port) {
            new PortTrial(mine, port, listener).run();
        } else if (readiness instanceof Readiness.Key key) {
            key(mine, key, domain, listener);
        } else {
            registration(mine, ((Readiness.Registration) readiness).name(), domain, listener);
        }
    }

    /** Ends the waiting for a guest, begun or not. */
    void forget(long ticket) {
        Waiting gone;
        synchronized (waiting) {
            gone = waiting.remove(ticket);
        }
        if (gone != null) {
            gone.end();
        }
    }

    private void key(Waiting mine, Readiness.Key key, int domain, Listener listener) throws XenStoreException {
        if (domain < 0 && !key.path().startsWith("/")) {
            listener.never("key " + key.path() + " is below a guest's home, and its launcher does not know its domain");
            return;
        }
        String path = key.path().startsWith("/") ? key.path() : "/local/domain/" + domain + "/" + key.path();
        mine.add(store.watch(path, 0, changed -> whenHolds(mine, listener::ready, () -> {
            Optional<String> value = value(path);
            return value.isPresent() && (key.value().isEmpty() || value.equals(key.value()));
        })));
    }

    private void registration(Waiting mine, String name, int domain, Listener listener) throws XenStoreException {
        mine.add(store.watch(Layout.name(name), 1,
                changed -> whenHolds(mine, listener::ready, () -> isRegistered(name, domain))));
    }

    /** The node is owned by who made it, so no other guest can pretend. */
    private boolean isRegistered(String name, int domain) throws XenStoreException {
        Optional<String> holder = value(Layout.name(name));
        if (holder.isEmpty() || !store.exists(Layout.listen(name))) {
            return false;
        }
        List<Permission> permissions = store.permissions(Layout.name(name));
        String owner = Integer.toString(permissions.get(0).domain());
        return owner.equals(holder.get()) && (domain < 0 || owner.equals(Integer.toString(domain)));
    }

    private Optional<String> value(String path) throws XenStoreException {
        return store.readOptional(path).map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private interface Condition {
        boolean holds() throws XenStoreException;
    }

    private static void whenHolds(Waiting mine, Runnable action, Condition condition) {
        try {
            if (!mine.ended() && condition.holds()) {
                action.run();
            }
        } catch (XenStoreException refused) {
            LOG.debug("readiness is looked at again with the next change: {}", refused.getMessage());
        }
    }

    /** Tries the addresses in turn until one takes a connection. */
    private final class PortTrial implements Runnable {

        private final Waiting mine;
        private final Readiness.Port port;
        private final Listener listener;
        private final long begun = System.nanoTime();
        private int turn;
        private SocketChannel channel;
        private long connecting;

        PortTrial(Waiting mine, Readiness.Port port, Listener listener) {
            this.mine = mine;
            this.port = port;
            this.listener = listener;
        }

        @Override
        public void run() {
            if (mine.ended()) {
                close();
            } else if (isOpen()) {
                close();
                listener.ready();
            } else {
                boolean quick = System.nanoTime() - begun < QUICK_NANOS;
                clock.schedule(this, quick ? QUICK_PAUSE_MILLIS : PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        private boolean isOpen() {
            try {
                if (channel == null) {
                    InetAddress address = port.addresses().get(turn++ % port.addresses().size());
                    channel = SocketChannel.open();
                    channel.configureBlocking(false);
                    connecting = System.nanoTime();
                    return channel.connect(new InetSocketAddress(address, port.port()));
                }
                if (channel.finishConnect()) {
                    return true;
                }
                if (System.nanoTime() - connecting > TRY_NANOS) {
                    close();
                }
            } catch (IOException notYet) {
                close();
            }
            return false;
        }

        private void close() {
            if (channel != null) {
                try {
                    channel.close();
                } catch (IOException gone) {
                    LOG.debug("closing a trial connection: {}", gone.getMessage());
                }
                channel = null;
            }
        }
    }
}
