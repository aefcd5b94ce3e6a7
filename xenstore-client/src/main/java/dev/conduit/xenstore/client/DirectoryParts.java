package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import java.io.ByteArrayOutputStream;

/**
 * Reads a list of children that is too long for one reply, part by part. A list that changes meanwhile is begun again a
 * few times; what changes faster has to be read in a transaction, where it stands still.
 */
final class DirectoryParts {

    private static final int TRIES = 3;
    /** Far more than any list needs: each part but the last holds all the names that fit. */
    private static final int PARTS_MAX = 20_000;

    private final Exchange exchange;
    private final int transaction;
    private final String path;
    private final long limit;

    /** The limit is for the bytes of all names together, each with its NUL. */
    DirectoryParts(Exchange exchange, int transaction, String path, long limit) {
        this.exchange = exchange;
        this.transaction = transaction;
        this.path = path;
        this.limit = limit;
    }

    /** Gives all names, each with its NUL; servers without this operation make it fail with the first error. */
    byte[] read(XenStoreException tooBig) throws XenStoreException {
        try {
            for (int i = 0; i < TRIES; i++) {
                byte[] names = readOnce(exchange, transaction);
                if (names != null) {
                    return names;
                }
            }
            byte[] names = transaction == Transactions.NONE ? readStandingStill() : null;
            if (names != null) {
                return names;
            }
        } catch (XenStoreException e) {
            throw e.is("ENOSYS") ? tooBig : e;
        }
        throw new XenStoreException("EAGAIN", "children of '" + path + "' changed during each attempt to list them");
    }

    private byte[] readStandingStill() throws XenStoreException {
        Exchange session = exchange.session(Operation.TRANSACTION_START, path);
        int id = Transactions.start(session);
        try {
            return readOnce(session, id);
        } finally {
            Transactions.abort(session, id);
        }
    }

    /** Null when the list changed between two parts. */
    private byte[] readOnce(Exchange source, int id) throws XenStoreException {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        String generation = null;
        for (int i = 0; i < PARTS_MAX && names.size() <= limit; i++) {
            byte[] part = source.call(Operation.DIRECTORY_PART, id,
                    Payload.strings(path, Integer.toString(names.size())), path);
            int end = Payload.indexOfNul(part, 0);
            String seen = Payload.text(part, 0, end);
            if (generation != null && !generation.equals(seen)) {
                return null;
            }
            generation = seen;
            int from = Math.min(end + 1, part.length);
            boolean last = part.length == from || part[part.length - 1] == 0
                    && (part.length - 1 == from || part[part.length - 2] == 0);
            names.write(part, from, part.length - from - (last && part.length > from ? 1 : 0));
            if (last) {
                return names.toByteArray();
            }
        }
        throw new XenStoreException("E2BIG", "the names of the children of '" + path + "' take more than " + limit
                + " bytes or " + PARTS_MAX + " parts");
    }
}
