package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Session;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.server.store.StoreError;
import dev.conduit.xenstore.wire.ErrorCode;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.WireHeader;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands each request to the handler of its operation and sends exactly one reply, whatever happens. */
final class Dispatcher {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Store store;
    private final Timers timers;
    private final long eventNanos;
    private final Trace trace = new Trace();
    private final Map<Operation, RequestHandler> handlers = new EnumMap<>(Operation.class);

    Dispatcher(Store store, DomainLink link, Timers timers, int eventSeconds) {
        this.store = store;
        this.timers = timers;
        this.eventNanos = TimeUnit.SECONDS.toNanos(eventSeconds);
        new NodeRequests(store).register(handlers);
        new SessionRequests(store).register(handlers);
        new QuotaRequests(store).register(handlers);
        new DomainRequests(store, link).register(handlers);
        handlers.put(Operation.CONTROL, new ControlRequests(store, trace));
    }

    Timers timers() {
        return timers;
    }

    /** How long an event waits for an unprivileged domain to read it; 0 for ever. */
    long eventNanos() {
        return eventNanos;
    }

    /** The server ends. */
    void close() {
        trace.stop();
    }

    void handle(Session session, Link link, Message message) {
        Request request = new Request(store, session, message.transactionId(), message.payload());
        trace.request(session.domain(), message);
        Message reply = answer(request, message);
        trace.reply(session.domain(), reply);
        link.reply(reply);
        if (request.afterReply() != null) {
            request.afterReply().run();
        }
    }

    private Message answer(Request request, Message message) {
        try {
            byte[] payload = handler(request, message.type()).handle(request);
            if (payload.length > WireHeader.PAYLOAD_MAX) {
                throw StoreError.of(ErrorCode.E2BIG);
            }
            return new Message(message.type(), message.requestId(), message.transactionId(), payload);
        } catch (StoreError error) {
            return refusal(message, error.code());
        } catch (RuntimeException e) {
            LOG.error("request of type {} from domain {} failed", message.type(), request.session().domain(), e);
            return refusal(message, ErrorCode.EIO);
        }
    }

    private RequestHandler handler(Request request, int type) throws StoreError {
        Operation operation = Operation.of(type);
        RequestHandler handler = operation == null ? null : handlers.get(operation);
        if (handler == null) {
            throw StoreError.of(ErrorCode.ENOSYS);
        }
        boolean outside = operation == Operation.WATCH || operation == Operation.UNWATCH;
        if (request.transaction() != 0 && !outside && !request.session().hasTransaction(request.transaction())) {
            throw StoreError.of(ErrorCode.ENOENT);
        }
        return handler;
    }

    private static Message refusal(Message message, ErrorCode code) {
        return Message.of(Operation.ERROR, message.requestId(), message.transactionId(), Payload.strings(code.name()));
    }
}
