package dev.conduit.core;

/** What a grant lets its peer do with the pages. */
public enum GrantAccess {
    /** The peer may read; writing to its mapping is impossible. */
    READ_ONLY,
    /** The peer may read and write. */
    READ_WRITE
}
