package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.server.store.Limits.Kind;
import dev.conduit.xenstore.wire.ErrorCode;
import dev.conduit.xenstore.wire.Features;
import dev.conduit.xenstore.wire.PathRules;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The store: a tree of immutable nodes, the sessions looking at it, and the rules of C xenstored 4.22.
 *
 * <p>Not thread-safe. No call blocks; events go to the sinks of the sessions from inside the call that causes them.
 */
public final class Store {

    private static final byte[] NO_VALUE = {};

    private final LongSupplier clock;
    private final Accounts accounts;
    private final EventRouter router = new EventRouter();
    private final SpecialNodes specials = new SpecialNodes();
    private final Releases releases = new Releases();
    private final Domains domains;
    private Node root;
    private long generation;

    /**
     * Makes a store with the time of the system.
     *
     * @param limits for each unprivileged domain
     */
    public Store(Limits limits) {
        this(limits, System::nanoTime);
    }

    /**
     * Makes a store holding {@code /tool/xenstored}, all owned by domain 0 and closed to others.
     *
     * @param limits for each unprivileged domain
     * @param clock nanoseconds, as {@link System#nanoTime}
     */
    public Store(Limits limits, LongSupplier clock) {
        this.clock = clock;
        accounts = new Accounts(limits, clock);
        domains = new Domains(this, accounts, router, specials);
        Acl acl = Acl.of(new Permission(Access.NONE, Subject.PRIVILEGED));
        root = new Node(NO_VALUE, acl, null, Subject.PRIVILEGED, 0);
        accounts.open(Subject.PRIVILEGED).tally().add(Kind.NODES, 1);
        accounts.open(Subject.PRIVILEGED).addMemory(root.memory(Path.absolute("/")));
        accounts.open(Subject.PRIVILEGED).setIntroduced(true);
        Workspace workspace = new Workspace(root, () -> 0, accounts);
        try {
            new NodeOperation.MakeNode(Path.absolute("/tool/xenstored")).apply(workspace,
                    new Subject(Subject.PRIVILEGED, -1));
        } catch (StoreError e) {
            throw new IllegalStateException("the privileged domain cannot be refused", e);
        }
        adopt(workspace);
    }

    private Store(Limits limits, LongSupplier clock, StoreState state) {
        this.clock = clock;
        accounts = new Accounts(limits, clock);
        domains = new Domains(this, accounts, router, specials);
        root = state.root();
        generation = state.generation();
        specials.restore(state.specials());
        accounts.restore(state);
        accounts.open(Subject.PRIVILEGED).setIntroduced(true);
    }

    /**
     * Returns the domains' comings and goings.
     *
     * @return of this store
     */
    public Domains domains() {
        return domains;
    }

    /**
     * Begins a connection.
     *
     * @param domain whose rights it has
     * @param sink gets its events
     * @return to be closed
     */
    public Session open(int domain, EventSink sink) {
        DomainAccount account = accounts.open(domain);
        Session session = new Session(account, sink, clock);
        account.sessions().add(session);
        account.addMemory(MemoryCost.SESSION);
        return session;
    }

    /**
     * Ends a connection: its watches and transactions are gone.
     *
     * @param session may be closed already
     */
    public void close(Session session) {
        if (session.open()) {
            reset(session);
            session.markClosed();
            session.account().sessions().remove(session);
            session.account().addMemory(-MemoryCost.SESSION);
            session.sink().closed();
            accounts.dropIdle(session.domain());
        }
    }

    /**
     * Reads a path as the session gives it and checks its length.
     *
     * @param session who asks
     * @param given absolute, relative or special
     * @return the absolute path
     * @throws StoreError EINVAL
     */
    public Path path(Session session, String given) throws StoreError {
        Path path = Path.parse(given, session.domain());
        int length = path.quotaLength();
        session.account().tally().seen(Kind.PATH_MAX, length);
        if (!session.privileged() && session.account().limits().exceeds(Kind.PATH_MAX, length)) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        return path;
    }

    /**
     * Looks at a value.
     *
     * @param session who asks
     * @param transaction 0 for none
     * @param path no special one
     * @return the node
     * @throws StoreError refused
     */
    public Node read(Session session, int transaction, Path path) throws StoreError {
        return run(session, transaction, new NodeOperation.Read(path));
    }

    /**
     * Looks at the children.
     *
     * @param session who asks
     * @param transaction 0 for none
     * @param path no special one
     * @return the node
     * @throws StoreError refused
     */
    public Node list(Session session, int transaction, Path path) throws StoreError {
        return run(session, transaction, new NodeOperation.ListChildren(path));
    }

    /**
     * Looks at the permissions.
     *
     * @param session who asks
     * @param transaction 0 for none
     * @param path may be special
     * @return the entries, the owner first
     * @throws StoreError refused
     */
    public List<Permission> permissions(Session session, int transaction, Path path) throws StoreError {
        return path.special() ? specials.permissions(session.subject(), path.text())
                : run(session, transaction, new NodeOperation.GetAcl(path)).acl().entries();
    }

    /**
     * Sets a value, making the node and what is missing above.
     *
     * @param session who asks
     * @param transaction 0 for none
     * @param path no special one
     * @param value kept, never changed
     * @throws StoreError refused
     */
    public void write(Session session, int transaction, Path path, byte[] value) throws StoreError {
        run(session, transaction, new NodeOperation.Write(path, value));
    }

    /**
     * Makes a node unless it exists.
     *
     * @param session who asks
     * @param transaction 0 for none
     * @param path no special one
     * @throws StoreError refused
     */
    public void makeNode(Session session, int transaction, Path path) throws StoreError {
        run(session, transaction, new NodeOperation.MakeNode(path));
    }

    /**
     * Removes a subtree.
     *
     * @param session who asks
     * @param transaction 0 for none
     * @param path no special one
     * @throws StoreError refused
     */
    public void remove(Session session, int transaction, Path path) throws StoreError {
        run(session, transaction, new NodeOperation.Remove(path));
    }

    /**
     * Replaces permissions.
     *
     * @param session who asks
     * @param transaction 0 for none
     * @param path may be special
     * @param entries the owner first
     * @throws StoreError refused
     */
    public void setPermissions(Session session, int transaction, Path path, List<Permission> entries)
            throws StoreError {
        boolean any = entries.stream().anyMatch(entry -> entry.domain() == Features.ANY_DOMAIN);
        if (any && !session.has(Features.DOMID_ANY)) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        if (path.special()) {
            specials.setPermissions(session.subject(), path.text(), entries);
        } else {
            run(session, transaction, new NodeOperation.SetAcl(path, List.copyOf(entries)));
        }
    }

    private Node run(Session session, int transaction, NodeOperation operation) throws StoreError {
        if (operation.path().special()) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        if (transaction != 0) {
            return transaction(session, transaction).run(operation);
        }
        Workspace workspace = workspace();
        Node result = operation.apply(workspace, session.subject());
        adopt(session, workspace);
        return result;
    }

    Workspace workspace() {
        return new Workspace(root, () -> ++generation, accounts);
    }

    void noteRelease(int domain) {
        releases.released(domain, ++generation);
    }

    /** Has what was changed be the store, and tells the watchers; gives how long who changed it should rest. */
    long adopt(Workspace workspace) {
        if (workspace.root() == root) {
            return 0;
        }
        root = workspace.root();
        accounts.apply(workspace);
        return router.fire(workspace);
    }

    private void adopt(Session session, Workspace workspace) {
        long rest = adopt(workspace);
        if (rest > 0) {
            session.account().delayUntil(clock.getAsLong() + rest);
        }
    }

    /**
     * Begins a transaction.
     *
     * @param session whose
     * @return its number, not 0
     * @throws StoreError ENOSPC
     */
    public int startTransaction(Session session) throws StoreError {
        DomainAccount account = session.account();
        if (account.exceeds(Kind.TRANSACTIONS, 1)) {
            throw StoreError.of(ErrorCode.ENOSPC);
        }
        if (account.exceeds(Kind.MEMORY, MemoryCost.TRANSACTION)) {
            throw StoreError.of(ErrorCode.ENOMEM);
        }
        int id = session.nextTransaction();
        register(session, id, new Transaction(session, generation, workspace()));
        return id;
    }

    private void register(Session session, int id, Transaction transaction) {
        session.transactions().put(id, transaction);
        session.account().tally().add(Kind.TRANSACTIONS, 1);
        releases.began();
    }

    /**
     * Ends a transaction, whatever comes of it.
     *
     * @param session whose
     * @param id of the transaction
     * @param commit false to abort
     * @throws StoreError ENOENT; EAGAIN for a conflict; ENOMEM after a failed quota
     */
    public void endTransaction(Session session, int id, boolean commit) throws StoreError {
        Transaction transaction = transaction(session, id);
        session.transactions().remove(id);
        session.account().tally().add(Kind.TRANSACTIONS, -1);
        try {
            if (commit) {
                commit(session, transaction);
            }
        } finally {
            transaction.release();
            releases.ended(1);
        }
    }

    private void commit(Session session, Transaction transaction) throws StoreError {
        try {
            Workspace workspace = transaction.commit(workspace(), releases);
            session.starvation().committed();
            if (workspace != null) {
                adopt(session, workspace);
            }
        } catch (StoreError error) {
            if (error.code() == ErrorCode.EAGAIN) {
                restDisturbers(session, transaction);
            }
            throw error;
        }
    }

    private void restDisturbers(Session session, Transaction transaction) {
        long rest = session.starvation().failed(session.privileged(), transaction.began(), generation);
        if (rest > 0) {
            long until = clock.getAsLong() + rest;
            for (int domain : transaction.disturbers(root)) {
                accounts.open(domain).delayUntil(until);
            }
        }
    }

    private static Transaction transaction(Session session, int id) throws StoreError {
        Transaction transaction = session.transactions().get(id);
        if (transaction == null) {
            throw StoreError.of(ErrorCode.ENOENT);
        }
        return transaction;
    }

    /**
     * Registers a watch. Its first event is the caller's to send, after the reply.
     *
     * @param session whose
     * @param path may be special, need not exist
     * @param relative whether events spell paths relative to the domain's home
     * @param token names it in events
     * @param depth levels below the path to see, or -1 for all
     * @throws StoreError EEXIST, ENOSPC
     */
    public void watch(Session session, Path path, boolean relative, String token, int depth) throws StoreError {
        Watch.Key key = new Watch.Key(path, token);
        if (session.watches().containsKey(key)) {
            throw StoreError.of(ErrorCode.EEXIST);
        }
        DomainAccount account = session.account();
        long memory = MemoryCost.watch(path, token);
        if (account.exceeds(Kind.WATCHES, 1)) {
            throw StoreError.of(ErrorCode.ENOSPC);
        }
        if (account.exceeds(Kind.MEMORY, memory)) {
            throw StoreError.of(ErrorCode.ENOMEM);
        }
        register(new Watch(session, key, depth, relative));
    }

    private void register(Watch watch) {
        watch.session().watches().put(watch.key(), watch);
        DomainAccount account = watch.session().account();
        account.tally().add(Kind.WATCHES, 1);
        account.addMemory(MemoryCost.watch(watch.path(), watch.key().token()));
        router.add(watch);
    }

    /**
     * Sends the first event of a watch, which comes whether or not the node exists or may be read.
     *
     * @param session whose
     * @param given path as the client gave it
     * @param token of the watch
     */
    public void fireFirst(Session session, String given, String token) {
        session.sink().event(given, token);
    }

    /**
     * Ends a watch; events already sent stay sent.
     *
     * @param session whose
     * @param path its path
     * @param token its token
     * @throws StoreError ENOENT
     */
    public void unwatch(Session session, Path path, String token) throws StoreError {
        Watch watch = session.watches().remove(new Watch.Key(path, token));
        if (watch == null) {
            throw StoreError.of(ErrorCode.ENOENT);
        }
        forget(watch);
    }

    private void forget(Watch watch) {
        DomainAccount account = watch.session().account();
        account.tally().add(Kind.WATCHES, -1);
        account.addMemory(-MemoryCost.watch(watch.path(), watch.key().token()));
        router.remove(watch);
    }

    /**
     * Drops all watches and transactions of a session.
     *
     * @param session whose
     */
    public void reset(Session session) {
        session.watches().values().forEach(this::forget);
        session.watches().clear();
        session.account().tally().add(Kind.TRANSACTIONS, -session.transactions().size());
        session.transactions().values().forEach(Transaction::release);
        releases.ended(session.transactions().size());
        session.transactions().clear();
    }

    /**
     * Takes what outlives the process. Costs no walk through the tree.
     *
     * @return stays as it is whatever happens to the store
     */
    public StoreState state() {
        return new StoreState(root, generation, specials.state(), accounts.changedLimits(), accounts.state());
    }

    /**
     * Makes a store as another one was.
     *
     * @param limits for each unprivileged domain
     * @param state of the other
     * @return without connections
     */
    public static Store restored(Limits limits, StoreState state) {
        return new Store(limits, System::nanoTime, state);
    }

    /**
     * Takes what a connection needs to go on in another process, together with {@link #state()}.
     *
     * @param session stays as it is
     * @return its watches and transactions
     */
    public SessionState state(Session session) {
        return session.state(this::workspace, releases);
    }

    /**
     * Makes a connection as one was in another process; no watch fires. Quotas are not checked again.
     *
     * @param state of the other
     * @param sink gets its events
     * @return to be closed
     * @throws IllegalArgumentException when a path or a request of a transaction is none
     */
    public Session restore(SessionState state, EventSink sink) {
        Session session = open(state.domain(), sink);
        session.setLastTransaction(state.lastTransaction());
        for (SessionState.WatchState watch : state.watches()) {
            String problem = PathRules.problem(watch.path());
            if (problem != null) {
                throw new IllegalArgumentException(problem);
            }
            register(new Watch(session, new Watch.Key(Path.absolute(watch.path()), watch.token()), watch.depth(),
                    watch.relative()));
        }
        for (SessionState.TransactionState transaction : state.transactions()) {
            register(session, transaction.id(), Transaction.restored(session, generation,
                    workspace(), transaction));
        }
        return session;
    }

    /**
     * Counts everything anew and compares with what was counted on the way. Takes time with the size of the tree.
     *
     * @return false when a count is wrong
     */
    public boolean consistent() {
        return new ConsistencyCheck(root, accounts).passes() && (watchCount() > 0 || router.unused());
    }

    private long watchCount() {
        return accounts.all().stream().mapToLong(account -> account.tally().get(Kind.WATCHES)).sum();
    }
}
