package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Path;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.server.store.StoreError;
import dev.conduit.xenstore.wire.ErrorCode;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import java.util.List;
import java.util.Map;

/** Operations on domains; all but asking for a home are for the privileged domain only. */
final class DomainRequests {

    private static final int MYSELF = 0x7FF0;

    private final Store store;
    private final RingIntroduction rings;

    DomainRequests(Store store, RingIntroduction rings) {
        this.store = store;
        this.rings = rings;
    }

    void register(Map<Operation, RequestHandler> handlers) {
        handlers.put(Operation.GET_DOMAIN_PATH, request ->
                Payload.strings(Path.home(Request.domain(request.oneString()))));
        handlers.put(Operation.INTRODUCE, this::introduce);
        handlers.put(Operation.RELEASE, this::release);
        handlers.put(Operation.IS_DOMAIN_INTRODUCED, this::isIntroduced);
        handlers.put(Operation.RESUME, this::resume);
        handlers.put(Operation.SET_TARGET, this::setTarget);
    }

    /** The ring comes first: a domain that cannot be reached is not introduced. */
    private byte[] introduce(Request request) throws StoreError {
        request.requirePrivilege();
        List<String> arguments = request.strings(3, 3);
        int domain = Request.domain(arguments.get(0));
        rings.introduce(domain, frame(arguments.get(1)), Request.number(arguments.get(2), Integer.MAX_VALUE));
        store.domains().introduce(domain);
        return RequestHandler.OK;
    }

    private static long frame(String text) throws StoreError {
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
    }

    private byte[] release(Request request) throws StoreError {
        request.requirePrivilege();
        int domain = Request.domain(request.oneString());
        if (domain == 0) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        requireIntroduced(domain);
        store.domains().release(domain);
        return RequestHandler.OK;
    }

    private byte[] isIntroduced(Request request) throws StoreError {
        request.requirePrivilege();
        int domain = Request.domain(request.oneString());
        return Payload.strings(domain == MYSELF || store.domains().introduced(domain) ? "T" : "F");
    }

    /** Nothing is remembered about a shutdown, so there is nothing to take back. */
    private byte[] resume(Request request) throws StoreError {
        request.requirePrivilege();
        requireIntroduced(Request.domain(request.oneString()));
        return RequestHandler.OK;
    }

    private byte[] setTarget(Request request) throws StoreError {
        request.requirePrivilege();
        List<String> arguments = request.strings(2, 2);
        store.domains().setTarget(Request.domain(arguments.get(0)), Request.domain(arguments.get(1)));
        return RequestHandler.OK;
    }

    private void requireIntroduced(int domain) throws StoreError {
        if (!store.domains().introduced(domain)) {
            throw StoreError.of(ErrorCode.ENOENT);
        }
    }
}
