package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.vchan.VchanServer;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the dispatcher does for one server: answer its queue, and wait for clients to attach. */
final class ServerChore implements Dispatcher.Chore, ListenQueue.Server {

    private static final Logger LOG = LoggerFactory.getLogger(ServerChore.class);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ConduitServer server;
    private final Conduit conduit;
    private final ListenOptions options;
    private final ListenQueue queue;
    private final Attachments attachments = new Attachments();

    private volatile boolean dirty = true;
    private XenStoreClient.Watch watch;
    private boolean ended;

    ServerChore(ConduitServer server, Conduit conduit, ListenOptions options) {
        this.server = server;
        this.conduit = conduit;
        this.options = options;
        this.queue = new ListenQueue(
                server.ownName(), options, conduit.platform(), conduit.store(), conduit.names(), this);
    }

    /** Begins to answer the queue. One watch, whatever the number of clients. */
    void start() throws IOException {
        watch = conduit.store().client().watch(Layout.listen(server.ownName()), path -> check());
        conduit.dispatcher().add(this);
    }

    @Override
    public synchronized long poll() {
        if (ended) {
            return Dispatcher.IDLE;
        }
        long due = dirty ? answer() : Dispatcher.IDLE;
        return Math.min(due, attachments.poll(server::deliver));
    }

    /** Has the queue looked at without an event, which finds out whether XenStore and the name are still there. */
    void check() {
        dirty = true;
        conduit.dispatcher().signal();
    }

    private long answer() {
        dirty = false;
        try {
            if (!queue.answerSome()) {
                return Dispatcher.IDLE;
            }
            dirty = true;
            return 0;
        } catch (IOException failed) {
            if (failed instanceof ConduitTimeoutException
                    || failed instanceof XenStoreException refused && Store.isTransient(refused)) {
                LOG.warn("queue of '{}' is looked at again soon: {}", server.name(), failed.getMessage());
                dirty = true;
                return RETRY_NANOS;
            }
            server.fail(failed);
            return Dispatcher.IDLE;
        }
    }

    @Override
    public boolean hasRoom(DomainId client) {
        int all = attachments.size() + server.waiting();
        long ofClient = attachments.count(client) + server.waiting(client);
        return all < options.backlog() && ofClient < options.backlogOfClient();
    }

    @Override
    public void granted(FlowNodes nodes, VchanServer vchan) {
        attachments.add(conduit.adoptServerEnd(nodes, vchan), options.attachTimeout());
    }

    /** Ends the watch and the queue, and closes what nobody can accept any more. */
    synchronized void stop() {
        if (ended) {
            return;
        }
        ended = true;
        conduit.dispatcher().remove(this);
        if (watch != null) {
            watch.close();
        }
        queue.close();
        attachments.close();
    }
}
