package dev.conduit.xenstore.client;

import java.util.HashMap;
import java.util.Map;

/** Names of errors by the text the C library has for them, which is all that Java tells of a failed write. */
final class SystemErrors {

    private static final Map<String, String> NAMES = new HashMap<>();

    static {
        NAMES.put("Invalid argument", "EINVAL");
        NAMES.put("Permission denied", "EACCES");
        NAMES.put("File exists", "EEXIST");
        NAMES.put("Is a directory", "EISDIR");
        NAMES.put("No such file or directory", "ENOENT");
        NAMES.put("Cannot allocate memory", "ENOMEM");
        // musl has its own words for some.
        NAMES.put("Out of memory", "ENOMEM");
        NAMES.put("No space left on device", "ENOSPC");
        NAMES.put("Input/output error", "EIO");
        NAMES.put("I/O error", "EIO");
        NAMES.put("Directory not empty", "ENOTEMPTY");
        NAMES.put("Function not implemented", "ENOSYS");
        NAMES.put("Read-only file system", "EROFS");
        NAMES.put("Device or resource busy", "EBUSY");
        NAMES.put("Resource busy", "EBUSY");
        NAMES.put("Resource temporarily unavailable", "EAGAIN");
        NAMES.put("Transport endpoint is already connected", "EISCONN");
        NAMES.put("Socket is connected", "EISCONN");
        NAMES.put("Argument list too long", "E2BIG");
        NAMES.put("Operation not permitted", "EPERM");
        NAMES.put("Disk quota exceeded", "EDQUOT");
        NAMES.put("Quota exceeded", "EDQUOT");
        NAMES.put("Invalid or incomplete multibyte or wide character", "EILSEQ");
        NAMES.put("Illegal byte sequence", "EILSEQ");
        NAMES.put("No such device", "ENODEV");
    }

    private SystemErrors() {
    }

    /** The name, or the text itself when it is none of the known ones, such as in another language. */
    static String name(String text) {
        return NAMES.getOrDefault(text, text);
    }
}
