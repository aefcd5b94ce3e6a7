package dev.conduit.bench.vchan;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A pair of rings used without copies; as in {@link dev.conduit.vchan.VchanChannel}. */
interface Views extends Closeable {

    ByteBuffer reserve(int atLeast) throws IOException;

    void commit(int count) throws IOException;

    ByteBuffer peek(int atLeast) throws IOException;

    void release(int count) throws IOException;

    long events();
}
