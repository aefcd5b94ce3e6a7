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

/** Operations on domains; all but asking for a home are for the privileged domain only. */
final class DomainRequests {

    private static final int MYSELF = 0x7FF0;

    private final Store store;
    private final DomainLink link;

    DomainRequests(Store store, DomainLink link) {
        this.store = store;
        this.link = link;
    }

    void register(Map<Operation, RequestHandler> handlers) {
        handlers.put(Operation.GET_DOMAIN_PATH, request ->
                Payload.strings(Path.home(Request.domain(request.oneString()))));
        handlers.put(Operation.INTRODUCE, this::introduce);
        handlers.put(Operation.RELEASE, this::release);
        handlers.put(Operation.IS_DOMAIN_INTRODUCED, this::isIntroduced);
        handlers.put(Operation.RESUME, this::resume);
        handlers.put(Operation.SET_TARGET, this::setTarget);
        handlers.put(Operation.GET_FEATURE, this::getFeature);
        handlers.put(Operation.SET_FEATURE, this::setFeature);
    }

    private byte[] introduce(Request request) throws StoreError {
        request.requirePrivilege();
        List<String> arguments = request.strings(3, 3);
        int domain = Request.domain(arguments.get(0));
        long frame = Request.unsignedNumber(arguments.get(1));
        int port = Request.number(arguments.get(2), Integer.MAX_VALUE);
        if (domain >= Request.RESERVED_DOMAINS || port == 0) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        link.introduce(domain, frame, port);
        store.domains().introduce(domain);
        return RequestHandler.OK;
    }

    private byte[] release(Request request) throws StoreError {
        request.requirePrivilege();
        store.domains().release(requireGuest(request.oneString()));
        return RequestHandler.OK;
    }

    private byte[] isIntroduced(Request request) throws StoreError {
        request.requirePrivilege();
        int domain = Request.domain(request.oneString());
        return Payload.strings(domain == MYSELF || store.domains().introduced(domain) ? "T" : "F");
    }

    private byte[] resume(Request request) throws StoreError {
        request.requirePrivilege();
        store.domains().resume(requireGuest(request.oneString()));
        return RequestHandler.OK;
    }

    private byte[] setTarget(Request request) throws StoreError {
        request.requirePrivilege();
        List<String> arguments = request.strings(2, 2);
        store.domains().setTarget(Request.domain(arguments.get(0)), Request.domain(arguments.get(1)));
        return RequestHandler.OK;
    }

    /** Without argument what the asking domain may use, which anyone may know. */
    private byte[] getFeature(Request request) throws StoreError {
        int features = request.session().features();
        if (request.payload().length > 0) {
            request.requirePrivilege();
            features = store.domains().features(Request.domain(request.oneString()));
        }
        return Payload.strings(Integer.toString(features));
    }

    /** Any domain that can exist: there is no hypervisor to ask whether it does. */
    private byte[] setFeature(Request request) throws StoreError {
        request.requirePrivilege();
        List<String> arguments = request.strings(2, 2);
        int domain = Request.domain(arguments.get(0));
        if (domain >= Request.RESERVED_DOMAINS) {
            throw StoreError.of(ErrorCode.ENOENT);
        }
        int features = Request.number(arguments.get(1), Integer.MAX_VALUE);
        if (store.domains().introduced(domain)) {
            throw StoreError.of(ErrorCode.EBUSY);
        }
        if ((features & ~Features.ALL) != 0) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        store.domains().setFeatures(domain, features);
        return RequestHandler.OK;
    }

    /** A domain that was introduced and is not the privileged one. */
    private int requireGuest(String text) throws StoreError {
        int domain = Request.domain(text);
        if (domain == 0) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        if (!store.domains().introduced(domain)) {
            throw StoreError.of(ErrorCode.ENOENT);
        }
        return domain;
    }
}
