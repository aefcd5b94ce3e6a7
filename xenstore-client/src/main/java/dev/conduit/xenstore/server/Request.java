package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Path;
import dev.conduit.xenstore.server.store.Session;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.server.store.StoreError;
import dev.conduit.xenstore.wire.ErrorCode;
import dev.conduit.xenstore.wire.Payload;
import java.util.List;

/** One request while it is handled: who asks, in which transaction, with which arguments. */
final class Request {

    /** Domain ids from here on stand for something else than a domain: DOMID_FIRST_RESERVED in xen.h. */
    static final int RESERVED_DOMAINS = 0x7FF0;
    private static final int MAX_DOMAIN = 0xFFFF;

    private final Store store;
    private final Session session;
    private final int transaction;
    private final byte[] payload;
    private Runnable afterReply;

    Request(Store store, Session session, int transaction, byte[] payload) {
        this.store = store;
        this.session = session;
        this.transaction = transaction;
        this.payload = payload;
    }

    Session session() {
        return session;
    }

    int transaction() {
        return transaction;
    }

    byte[] payload() {
        return payload;
    }

    /** Has something happen behind the reply. */
    void setAfterReply(Runnable action) {
        afterReply = action;
    }

    Runnable afterReply() {
        return afterReply;
    }

    void requirePrivilege() throws StoreError {
        if (!session.privileged()) {
            throw StoreError.of(ErrorCode.EACCES);
        }
    }

    /** The only argument: exactly one NUL, at the end. */
    String oneString() throws StoreError {
        int end = Payload.indexOfNul(payload, 0);
        if (end != payload.length - 1) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        return Payload.text(payload, 0, end);
    }

    /** All arguments, each ended by its NUL. */
    List<String> strings(int atLeast, int atMost) throws StoreError {
        if (payload.length == 0 || payload[payload.length - 1] != 0) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        List<String> strings = Payload.split(payload);
        if (strings.size() < atLeast || strings.size() > atMost) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        return strings;
    }

    Path path(String given) throws StoreError {
        return store.path(session, given);
    }

    Path onePath() throws StoreError {
        return path(oneString());
    }

    static int domain(String text) throws StoreError {
        return number(text, MAX_DOMAIN);
    }

    /** A decimal number from 0 on. */
    static int number(String text, int max) throws StoreError {
        long value = unsignedNumber(text);
        if (value < 0 || value > max) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        return (int) value;
    }

    /** A decimal number of 64 bits, from 0 on; digits only, where strtoul would take blanks and signs. */
    static long unsignedNumber(String text) throws StoreError {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                throw StoreError.of(ErrorCode.EINVAL);
            }
        }
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
    }
}
