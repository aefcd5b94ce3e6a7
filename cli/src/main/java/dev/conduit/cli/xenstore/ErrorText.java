package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.XenStoreException;
import java.util.Map;

/** What strerror(3) says to the errors of the wire. */
final class ErrorText {

    private static final Map<String, String> TEXTS = Map.ofEntries(
            Map.entry("EINVAL", "Invalid argument"),
            Map.entry("EACCES", "Permission denied"),
            Map.entry("EEXIST", "File exists"),
            Map.entry("EISDIR", "Is a directory"),
            Map.entry("ENOENT", "No such file or directory"),
            Map.entry("ENOMEM", "Cannot allocate memory"),
            Map.entry("ENOSPC", "No space left on device"),
            Map.entry("EIO", "Input/output error"),
            Map.entry("ENOTEMPTY", "Directory not empty"),
            Map.entry("ENOSYS", "Function not implemented"),
            Map.entry("EROFS", "Read-only file system"),
            Map.entry("EBUSY", "Device or resource busy"),
            Map.entry("EAGAIN", "Resource temporarily unavailable"),
            Map.entry("EISCONN", "Transport endpoint is already connected"),
            Map.entry("E2BIG", "Argument list too long"),
            Map.entry("EPERM", "Operation not permitted"));

    private ErrorText() {}

    /** The text of an error reply; the exception's own message when no server said it, or an error not in the protocol. */
    static String of(XenStoreException refusal) {
        String text = refusal.error() == null ? null : TEXTS.get(refusal.error());
        return text == null ? refusal.getMessage() : text;
    }
}
