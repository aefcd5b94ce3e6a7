package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Domains;
import dev.conduit.xenstore.server.store.Limits;
import dev.conduit.xenstore.server.store.Limits.Kind;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.server.store.StoreError;
import dev.conduit.xenstore.wire.ErrorCode;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** GET_QUOTA and SET_QUOTA: limits of one domain, or those that domains get that come from now on. */
final class QuotaRequests {

    private static final String NAMES =
            Arrays.stream(Kind.values()).map(Kind::key).collect(Collectors.joining(" "));

    private final Domains domains;

    QuotaRequests(Store store) {
        domains = store.domains();
    }

    void register(Map<Operation, RequestHandler> handlers) {
        handlers.put(Operation.GET_QUOTA, this::get);
        handlers.put(Operation.SET_QUOTA, this::set);
    }

    private byte[] get(Request request) throws StoreError {
        request.requirePrivilege();
        if (request.payload().length == 0) {
            return Payload.strings(NAMES);
        }
        List<String> arguments = request.strings(1, 2);
        int last = arguments.size() - 1;
        Limits limits = last == 0 ? domains.limits() : domains.limits(knownDomain(arguments.get(0)));
        return Payload.strings(Integer.toString(limits.get(kind(arguments.get(last)))));
    }

    private byte[] set(Request request) throws StoreError {
        request.requirePrivilege();
        List<String> arguments = request.strings(2, 3);
        int last = arguments.size() - 1;
        Kind kind = kind(arguments.get(last - 1));
        int value = Request.number(arguments.get(last), Integer.MAX_VALUE);
        if (last == 1) {
            domains.setLimits(domains.limits().with(kind, value));
        } else {
            int domain = possibleDomain(arguments.get(0));
            domains.setLimits(domain, domains.limits(domain).with(kind, value));
        }
        return RequestHandler.OK;
    }

    /** There is no hypervisor to ask whether a domain exists: what the server has not heard of does not. */
    private int knownDomain(String text) throws StoreError {
        int domain = Request.domain(text);
        domains.features(domain);
        return domain;
    }

    private static int possibleDomain(String text) throws StoreError {
        int domain = Request.domain(text);
        if (domain >= Request.RESERVED_DOMAINS) {
            throw StoreError.of(ErrorCode.ENOENT);
        }
        return domain;
    }

    private static Kind kind(String key) throws StoreError {
        Kind kind = Kind.of(key);
        if (kind == null) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        return kind;
    }
}
