package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.rendezvous.time.Deadline;
import dev.conduit.vchan.VchanServer;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

    private final MirageQueue mirageQueue;
    private final List<XenStoreClient.Watch> watches = new ArrayList<>();

    private volatile boolean dirty = true;
    private boolean ended;

    ServerChore(ConduitServer server, Conduit conduit, ListenOptions options) {
        this.server = server;
        this.conduit = conduit;
        this.options = options;
        this.queue = new ListenQueue(
                server.ownName(), options, conduit.platform(), conduit.store(), conduit.names(), this);
        this.mirageQueue = new MirageQueue(
                server.ownName(), options, conduit.platform(), conduit.store(), this);
    }

    /** Begins to answer the queue. One watch, whatever the number of clients, and one for each named Mirage client. */
    void start(Deadline deadline) throws IOException {
        watch(Layout.listen(server.ownName()));
        if (!options.mirageClients().isEmpty()) {
            mirageQueue.openFolders(deadline);
            for (String client : options.mirageClients()) {
                watch(Layout.mirage(server.ownName(), client));
            }
        }
        conduit.dispatcher().add(this);
    }

    private void watch(String path) throws IOException {
        watches.add(conduit.store().client().watch(path, any -> check()));
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
            boolean more = queue.answerSome();
            boolean waiting = mirageQueue.answerSome();
            if (more || waiting) {
                dirty = true;
            }
            return more ? 0 : waiting ? RETRY_NANOS : Dispatcher.IDLE;
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
    public void granted(EndKind kind, FlowNodes nodes, VchanServer vchan) {
        attachments.add(conduit.adoptServerEnd(kind, nodes, vchan), options.attachTimeout());
    }

    /** Ends the watch and the queue, and closes what nobody can accept any more. */
    synchronized void stop() {
        if (ended) {
            return;
        }
        ended = true;
        conduit.dispatcher().remove(this);
        watches.forEach(XenStoreClient.Watch::close);
        queue.close();
        attachments.close();
    }
}
