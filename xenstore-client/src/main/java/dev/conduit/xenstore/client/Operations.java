package dev.conduit.xenstore.client;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.WalkLimits;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreNode;
import dev.conduit.xenstore.XenStoreOperations;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.PathRules;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The operations on nodes, at once (transaction 0) or in a transaction. */
class Operations implements XenStoreOperations {

    /** Longest list of children that is read, bytes. */
    private static final long NAMES_LIMIT = 64 << 20;

    /** Requests of one exchange; servers take 200 and more from one connection. */
    private static final int TOGETHER = 128;

    private final Exchange exchange;
    private final int transaction;
    private volatile boolean ended;

    Operations(Exchange exchange, int transaction) {
        this.exchange = exchange;
        this.transaction = transaction;
    }

    /** No operation is accepted any more: the transaction is over. */
    final void end() {
        ended = true;
    }

    final boolean hasEnded() {
        return ended;
    }

    private void requireOpen(String path) throws XenStoreException {
        if (ended) {
            throw new XenStoreException("ENOENT", "the transaction that was to use '" + path + "' has ended");
        }
    }

    final List<Exchange.Reply> send(List<Exchange.Request> requests) throws XenStoreException {
        requireOpen(requests.get(0).about());
        return exchange.send(transaction, requests);
    }

    private byte[] call(Operation operation, byte[] payload, String path) throws XenStoreException {
        requireOpen(path);
        return exchange.call(operation, transaction, payload, path);
    }

    private byte[] callWithPath(Operation operation, String path) throws XenStoreException {
        return call(operation, Payload.strings(checked(path)), path);
    }

    static String checked(String path) throws XenStoreException {
        String problem = PathRules.problem(path);
        if (problem != null) {
            throw new XenStoreException("EINVAL", problem);
        }
        return path;
    }

    @Override
    public byte[] read(String path) throws XenStoreException {
        return callWithPath(Operation.READ, path);
    }

    @Override
    public Optional<byte[]> readOptional(String path) throws XenStoreException {
        try {
            return Optional.of(read(path));
        } catch (XenStoreException e) {
            if (e.is("ENOENT") && !ended) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public List<Optional<byte[]>> readAll(List<String> paths) throws XenStoreException {
        List<Optional<byte[]>> values = new ArrayList<>(paths.size());
        for (int from = 0; from < paths.size(); from += TOGETHER) {
            List<Exchange.Request> requests = new ArrayList<>();
            for (String path : paths.subList(from, Math.min(from + TOGETHER, paths.size()))) {
                requests.add(new Exchange.Request(Operation.READ, Payload.strings(checked(path)), path));
            }
            List<Exchange.Reply> replies = send(requests);
            try {
                for (Exchange.Reply reply : replies) {
                    values.add(valueOf(reply));
                }
            } finally {
                replies.forEach(Exchange.Reply::close);
            }
        }
        return values;
    }

    private static Optional<byte[]> valueOf(Exchange.Reply reply) throws XenStoreException {
        try {
            return Optional.of(reply.await());
        } catch (XenStoreException e) {
            if (e.is("ENOENT")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public List<String> list(String path) throws XenStoreException {
        try {
            return Payload.split(callWithPath(Operation.DIRECTORY, path));
        } catch (XenStoreException e) {
            return listInParts(path, NAMES_LIMIT, e);
        }
    }

    /** What a refused list means: only when the reply would be too long there is another way. */
    final List<String> listInParts(String path, long limit, XenStoreException refusal) throws XenStoreException {
        if (!refusal.is("E2BIG")) {
            throw refusal;
        }
        return Payload.split(new DirectoryParts(exchange, transaction, path, limit).read(refusal));
    }

    @Override
    public List<XenStoreNode> walk(String path, WalkLimits limits) throws XenStoreException {
        return new Walk(this, checked(path), limits).run();
    }

    @Override
    public void write(String path, byte[] value) throws XenStoreException {
        call(Operation.WRITE, Payload.stringAndBytes(checked(path), value), path);
    }

    @Override
    public void mkdir(String path) throws XenStoreException {
        callWithPath(Operation.MKDIR, path);
    }

    @Override
    public void remove(String path) throws XenStoreException {
        callWithPath(Operation.RM, path);
    }

    @Override
    public List<Permission> permissions(String path) throws XenStoreException {
        return parsePermissions(path, callWithPath(Operation.GET_PERMS, path));
    }

    static List<Permission> parsePermissions(String path, byte[] reply) throws XenStoreException {
        List<Permission> permissions = new ArrayList<>();
        for (String text : Payload.split(reply)) {
            try {
                permissions.add(Permission.parse(text));
            } catch (IllegalArgumentException e) {
                throw new XenStoreException("permissions of '" + path + "' have the entry '" + Printable.of(text)
                        + "'", e);
            }
        }
        return permissions;
    }

    @Override
    public Optional<XenStoreNode> node(String path) throws XenStoreException {
        byte[] payload = Payload.strings(checked(path));
        List<Exchange.Reply> replies = send(List.of(new Exchange.Request(Operation.READ, payload, path),
                new Exchange.Request(Operation.GET_PERMS, payload, path)));
        try {
            byte[] value = replies.get(0).await();
            return Optional.of(new XenStoreNode(path, 0, value, parsePermissions(path, replies.get(1).await())));
        } catch (XenStoreException e) {
            if (e.is("ENOENT")) {
                return Optional.empty();
            }
            throw e;
        } finally {
            replies.forEach(Exchange.Reply::close);
        }
    }

    @Override
    public void apply(XenStoreChanges changes) throws XenStoreException {
        List<Exchange.Request> requests = new ArrayList<>();
        for (XenStoreChanges.Change change : changes.list()) {
            requests.add(request(change));
        }
        if (requests.isEmpty()) {
            return;
        }
        XenStoreException first = null;
        List<Exchange.Reply> replies = send(requests);
        try {
            for (Exchange.Reply reply : replies) {
                try {
                    reply.await();
                } catch (XenStoreException refused) {
                    if (refused.error() == null) {
                        throw refused;
                    }
                    first = first == null ? refused : first;
                }
            }
        } finally {
            replies.forEach(Exchange.Reply::close);
        }
        if (first != null) {
            throw first;
        }
    }

    private static Exchange.Request request(XenStoreChanges.Change change) throws XenStoreException {
        String path = checked(change.path());
        return switch (change.kind()) {
            case WRITE -> new Exchange.Request(Operation.WRITE, Payload.stringAndBytes(path, change.value()), path);
            case REMOVE -> new Exchange.Request(Operation.RM, Payload.strings(path), path);
            default -> new Exchange.Request(Operation.SET_PERMS, payload(path, change.permissions()), path);
        };
    }

    @Override
    public void setPermissions(String path, List<Permission> permissions) throws XenStoreException {
        call(Operation.SET_PERMS, payload(checked(path), permissions), path);
    }

    private static byte[] payload(String path, List<Permission> permissions) throws XenStoreException {
        if (permissions.isEmpty()) {
            throw new XenStoreException("EINVAL", "permissions for '" + path + "' are empty; the owner must be named");
        }
        String[] strings = new String[permissions.size() + 1];
        strings[0] = path;
        for (int i = 0; i < permissions.size(); i++) {
            strings[i + 1] = permissions.get(i).toString();
        }
        return Payload.strings(strings);
    }
}
