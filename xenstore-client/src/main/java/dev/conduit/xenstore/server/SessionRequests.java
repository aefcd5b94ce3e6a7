package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Path;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.server.store.StoreError;
import dev.conduit.xenstore.wire.ErrorCode;
import dev.conduit.xenstore.wire.Features;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import java.util.List;
import java.util.Map;

/** Operations on what a connection holds: watches and transactions. */
final class SessionRequests {

    private static final int ALL_BELOW = -1;

    private final Store store;

    SessionRequests(Store store) {
        this.store = store;
    }

    void register(Map<Operation, RequestHandler> handlers) {
        handlers.put(Operation.WATCH, this::watch);
        handlers.put(Operation.UNWATCH, this::unwatch);
        handlers.put(Operation.RESET_WATCHES, this::reset);
        handlers.put(Operation.TRANSACTION_START, this::start);
        handlers.put(Operation.TRANSACTION_END, this::end);
    }

    /** The reply comes first, then the first event, whether or not the node exists or may be read. */
    private byte[] watch(Request request) throws StoreError {
        List<String> arguments = request.strings(2, request.session().has(Features.WATCH_DEPTH) ? 3 : 2);
        String given = arguments.get(0);
        String token = arguments.get(1);
        int depth = arguments.size() < 3 ? ALL_BELOW : Request.number(arguments.get(2), Integer.MAX_VALUE);
        Path path = request.path(given);
        boolean relative = given.charAt(0) != '/' && given.charAt(0) != '@';
        store.watch(request.session(), path, relative, token, depth);
        request.setAfterReply(() -> store.fireFirst(request.session(), given, token));
        return RequestHandler.OK;
    }

    private byte[] unwatch(Request request) throws StoreError {
        List<String> arguments = request.strings(2, 2);
        store.unwatch(request.session(), request.path(arguments.get(0)), arguments.get(1));
        return RequestHandler.OK;
    }

    private byte[] reset(Request request) {
        store.reset(request.session());
        return RequestHandler.OK;
    }

    private byte[] start(Request request) throws StoreError {
        if (request.transaction() != 0) {
            throw StoreError.of(ErrorCode.EBUSY);
        }
        return Payload.strings(Integer.toUnsignedString(store.startTransaction(request.session())));
    }

    private byte[] end(Request request) throws StoreError {
        String what = request.oneString();
        boolean commit = what.equals("T");
        if (!commit && !what.equals("F")) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        store.endTransaction(request.session(), request.transaction(), commit);
        return RequestHandler.OK;
    }
}
