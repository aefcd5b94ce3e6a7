package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Payload;
import java.io.ByteArrayOutputStream;

/** Reads a list of children that is too long for one reply, again from the start when it changes meanwhile. */
final class DirectoryParts {

    private static final int TRIES = 50;
    /** Far more than any list needs: each part but the last holds all the names that fit. */
    private static final int PARTS_MAX = 20_000;

    /** Asks for the part from a byte offset on. */
    interface Source {
        byte[] part(String path, int offset) throws XenStoreException;
    }

    private final Source source;
    private final String path;

    DirectoryParts(Source source, String path) {
        this.source = source;
        this.path = path;
    }

    /** Gives all names, each with its NUL; servers without this operation make it fail with the first error. */
    byte[] read(XenStoreException tooBig) throws XenStoreException {
        for (int i = 0; i < TRIES; i++) {
            try {
                byte[] names = readOnce();
                if (names != null) {
                    return names;
                }
            } catch (XenStoreException e) {
                throw e.is("ENOSYS") ? tooBig : e;
            }
        }
        throw new XenStoreException("EAGAIN", "children of '" + path + "' changed during each of " + TRIES
                + " attempts to list them");
    }

    /** Null when the list changed between two parts. */
    private byte[] readOnce() throws XenStoreException {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        String generation = null;
        for (int i = 0; i < PARTS_MAX; i++) {
            byte[] part = source.part(path, names.size());
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
        throw new XenStoreException("E2BIG", "the names of the children of '" + path + "' take more than " + PARTS_MAX
                + " parts");
    }
}
