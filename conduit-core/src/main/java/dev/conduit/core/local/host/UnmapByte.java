package dev.conduit.core.local.host;

/** The byte an unmap notification clears, held open by the host so that it can be cleared after its mapper died. */
interface UnmapByte extends AutoCloseable {

    /** Writes 0 into the byte. Never fails visibly: the memory is the mapper's, who may have closed it. */
    void clear();

    /** Lets go of the memory. */
    @Override
    void close();
}
