package dev.conduit.xenstore.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A character device that is read and written at the same time. */
interface DeviceFile extends Closeable {

    /** Waits for bytes; -1 at the end. Closing ends the wait. */
    int read(ByteBuffer bytes) throws IOException;

    /** One write(2) with all the bytes; fails with the system's text for the error. Not while another is in progress. */
    void write(byte[] bytes) throws IOException;

    /** Ends a read that waits. Not while a write is in progress. */
    @Override
    void close() throws IOException;

    /** Opens a device of the system. */
    static DeviceFile open(Path path) throws IOException {
        // One descriptor, since Linux keeps transactions and watches for each open file. A channel lets nobody write
        // while somebody reads, so writes take the plain way; reads take the channel, because closing that ends them.
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        FileChannel channel = file.getChannel();
        return new DeviceFile() {
            @Override
            public int read(ByteBuffer bytes) throws IOException {
                return channel.read(bytes);
            }

            @Override
            public void write(byte[] bytes) throws IOException {
                file.write(bytes);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
