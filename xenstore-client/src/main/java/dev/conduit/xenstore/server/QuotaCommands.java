package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Domains;
import dev.conduit.xenstore.server.store.Limits.Kind;
import dev.conduit.xenstore.server.store.StoreError;
import dev.conduit.xenstore.wire.ErrorCode;
import dev.conduit.xenstore.wire.Payload;
import java.util.List;

/** CONTROL quota and quota-soft: limits of domains to come, and what domains use and used at most. */
final class QuotaCommands {

    private final Domains domains;

    QuotaCommands(Domains domains) {
        this.domains = domains;
    }

    byte[] hard(List<String> arguments) throws StoreError {
        if (arguments.isEmpty()) {
            StringBuilder text = new StringBuilder("Quota settings:\n");
            for (Kind kind : Kind.values()) {
                if (kind != Kind.SOFT_MEMORY) {
                    appendSetting(text, kind.key(), kind);
                }
            }
            return Payload.strings(text.toString());
        }
        List<String> rest = arguments.subList(1, arguments.size());
        switch (arguments.get(0)) {
            case "set":
                return set(rest, "");
            case "max":
                return max(rest);
            default:
                ControlRequests.requireCount(rest, 0, 0);
                return used(Request.domain(arguments.get(0)));
        }
    }

    byte[] soft(List<String> arguments) throws StoreError {
        if (arguments.isEmpty()) {
            StringBuilder text = new StringBuilder("Quota settings:\n");
            appendSetting(text, Kind.MEMORY.key(), Kind.SOFT_MEMORY);
            return Payload.strings(text.toString());
        }
        if (!arguments.get(0).equals("set")) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        return set(arguments.subList(1, arguments.size()), "soft-");
    }

    private void appendSetting(StringBuilder text, String name, Kind kind) {
        text.append(String.format("%-17s: %8d %s\n", name, domains.limits().get(kind), kind.description()));
    }

    /** Here 0 is refused, as in C xenstored; SET_QUOTA is for that. */
    private byte[] set(List<String> arguments, String prefix) throws StoreError {
        ControlRequests.requireCount(arguments, 2, 2);
        Kind kind = Kind.of(prefix + arguments.get(0));
        int value = Request.number(arguments.get(1), Integer.MAX_VALUE);
        if (kind == null || kind == Kind.SOFT_MEMORY && prefix.isEmpty() || value == 0) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        domains.setLimits(domains.limits().with(kind, value));
        return RequestHandler.OK;
    }

    private byte[] max(List<String> arguments) throws StoreError {
        ControlRequests.requireCount(arguments, 0, 1);
        if (!arguments.isEmpty()) {
            if (!arguments.get(0).equals("-r")) {
                throw StoreError.of(ErrorCode.EINVAL);
            }
            domains.resetMaxima();
        }
        StringBuilder text = new StringBuilder("Max. seen accounting values:\n");
        for (Kind kind : Kind.values()) {
            if (kind != Kind.SOFT_MEMORY) {
                text.append(String.format("%-17s: %8d\n", kind.key(), domains.maximum(kind)));
            }
        }
        return Payload.strings(text.toString());
    }

    private byte[] used(int domain) throws StoreError {
        StringBuilder text = new StringBuilder("Domain ").append(domain).append(":\n");
        for (Kind kind : Kind.values()) {
            if (kind != Kind.SOFT_MEMORY) {
                Domains.Level level = domains.level(domain, kind);
                text.append(String.format("%-17s: %8d (max %8d)\n", kind.key(), level.now(), level.max()));
            }
        }
        return Payload.strings(text.toString());
    }
}
