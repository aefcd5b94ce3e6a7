package dev.conduit.xenstore.wire;

/** Errors a server of the C dialect sends; the wire form is the name (xsd_errors in xs_wire.h). */
public enum ErrorCode {
    /** Malformed request, path or argument. */
    EINVAL,
    /** No permission. */
    EACCES,
    /** Exists already. */
    EEXIST,
    /** Does not exist. */
    ENOENT,
    /** A transaction that failed a quota cannot commit. */
    ENOMEM,
    /** A quota is used up. */
    ENOSPC,
    /** The server failed. */
    EIO,
    /** Unknown operation. */
    ENOSYS,
    /** A transaction inside a transaction. */
    EBUSY,
    /** The transaction conflicts with another change. */
    EAGAIN,
    /** The reply would be longer than a message may be. */
    E2BIG,
    /** Only a privileged domain may change the owner. */
    EPERM
}
