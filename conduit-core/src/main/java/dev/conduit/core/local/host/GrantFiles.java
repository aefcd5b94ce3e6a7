package dev.conduit.core.local.host;

import dev.conduit.core.local.shared.GrantFile;

/** Looks at the memory files of other processes. */
interface GrantFiles {

    /** Checks that a descriptor of a process is a memory file of exactly this size that cannot change its size. */
    GrantFile inspect(long pid, int fd, int pages) throws Refusal;

    /** Opens the byte of an unmap notification. */
    UnmapByte openByte(GrantFile file, long offset) throws Refusal;
}
