package dev.conduit.rendezvous;

import java.nio.ByteBuffer;
import java.util.Objects;

/** A buffer over the array a stream was last called with: callers use the same one again and again. */
final class ArrayView {

    private byte[] array = new byte[0];
    private ByteBuffer view = ByteBuffer.wrap(array);

    ByteBuffer of(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (bytes != array) {
            array = bytes;
            view = ByteBuffer.wrap(bytes);
        }
        return view.limit(offset + length).position(offset);
    }
}
