package dev.conduit.xenstore.peer;

import dev.conduit.xenstore.wire.MalformedMessageException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.MessageDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A guest over the shared page of xs_wire.h. It looks at the indices instead of waiting for events. */
public final class RingLink implements Link {

    private static final int SIZE = 1024;
    private static final int RESPONSES = 1024;
    private static final int REQUEST_CONSUMER = 2048;
    private static final int REQUEST_PRODUCER = 2052;
    private static final int RESPONSE_CONSUMER = 2056;
    private static final int RESPONSE_PRODUCER = 2060;
    private static final int ERROR = 2072;
    private static final int PAGE = 4096;
    private static final VarHandle INDEX = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final ByteBuffer page;
    private final Runnable kick;
    private final MessageDecoder decoder = new MessageDecoder(LONGEST_PAYLOAD);
    private ByteBuffer in = ByteBuffer.allocate(0);

    /** Takes the ring in a file of a daemon's. */
    RingLink(Path file, Runnable kick) {
        this(map(file), kick);
    }

    /** Takes the ring as it is; the server has attached it. */
    public RingLink(ByteBuffer page, Runnable kick) {
        this.page = page;
        this.kick = kick;
    }

    private static ByteBuffer map(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int index(int offset) {
        return (int) INDEX.getAcquire(page, offset);
    }

    private boolean refused() {
        return index(ERROR) != 0;
    }

    @Override
    public void send(byte[] bytes) {
        int sent = 0;
        while (sent < bytes.length) {
            int producer = index(REQUEST_PRODUCER);
            await(() -> {
                // The server does not read on while its answers and events find no space.
                take();
                return producer - index(REQUEST_CONSUMER) < SIZE || refused();
            });
            if (refused()) {
                return;
            }
            int count = Math.min(bytes.length - sent, SIZE - (producer - index(REQUEST_CONSUMER)));
            for (int i = 0; i < count; i++) {
                page.put((producer + i) % SIZE, bytes[sent + i]);
            }
            INDEX.setRelease(page, REQUEST_PRODUCER, producer + count);
            kick.run();
            sent += count;
        }
    }

    @Override
    public Message receive() {
        try {
            while (true) {
                Message message = decoder.next(in);
                if (message != null) {
                    return message;
                }
                await(() -> available() != 0 || refused());
                if (available() == 0) {
                    return null;
                }
                take();
            }
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    private int available() {
        return index(RESPONSE_PRODUCER) - index(RESPONSE_CONSUMER);
    }

    /** Takes what the server has written behind what was not looked at yet. */
    private void take() {
        int count = available();
        if (count > 0) {
            int consumer = index(RESPONSE_CONSUMER);
            ByteBuffer all = ByteBuffer.allocate(in.remaining() + count).put(in);
            for (int i = 0; i < count; i++) {
                all.put(page.get(RESPONSES + (consumer + i) % SIZE));
            }
            in = all.flip();
            INDEX.setRelease(page, RESPONSE_CONSUMER, consumer + count);
            kick.run();
        }
    }

    private void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS)) {
                throw new AssertionError("the server did nothing for " + TIMEOUT_MILLIS + " ms");
            }
            LockSupport.parkNanos(20_000);
        }
    }

    @Override
    public void close() {
        // The page belongs to the daemon until the domain is released.
    }
}
