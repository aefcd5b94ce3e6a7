package dev.conduit.xenstore.client;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What Linux does with an open /dev/xen/xenbus, in front of a real server's socket: ids of its own for requests, tokens
 * of its own for watches, the first event before the OK, refused watches as errors of the write, events with garbage in
 * their header, transactions it does not know refused on the spot, one buffer for what is not sent yet.
 */
public final class FakeKernel implements DeviceFile, Transport.Receiver {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int BUFFER = 4096;
    /** Longest payload of a request through the device. */
    public static final int MAXIMUM_PAYLOAD = BUFFER - WireHeader.SIZE;
    private static final byte[] OK = Payload.strings("OK");
    private static final ByteBuffer CLOSED = ByteBuffer.allocate(0);
    private static final ByteBuffer END = ByteBuffer.allocate(0);
    private static final Map<String, String> TEXTS = Map.of("EINVAL", "Invalid argument", "ENOSPC",
            "No space left on device", "E2BIG", "Argument list too long", "EEXIST", "File exists", "EACCES",
            "Permission denied");

    /** A watch of the file; the kernel registered it under a token of its own. */
    private record KernelWatch(String path, String token, CompletableFuture<Void> fired) {
    }

    private final Transport server;
    private final Random garbage = new Random(1);
    private final BlockingQueue<ByteBuffer> unread = new LinkedBlockingQueue<>();
    private final AtomicInteger lastNumber = new AtomicInteger();
    private final Map<Integer, Message> asked = new ConcurrentHashMap<>();
    private final Map<Integer, CompletableFuture<Message>> own = new ConcurrentHashMap<>();
    private final Map<String, KernelWatch> watches = new ConcurrentHashMap<>();
    private final Set<Integer> transactions = ConcurrentHashMap.newKeySet();
    private volatile boolean resumed;
    private ByteBuffer reading = ByteBuffer.allocate(0);

    FakeKernel(Path socket) throws IOException {
        server = SocketTransport.connect(socket, LONG);
        server.start(this);
    }

    /** A client of the device. */
    public static XenStoreClient connect(Path socket, ClientOptions options) throws IOException {
        return new StoreClient(new DeviceTransport(new FakeKernel(socket), "the device"), options);
    }

    /** The guest was suspended: transactions that are open cannot commit. */
    void resume() {
        resumed = true;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(WireHeader.ORDER);
        if (bytes.length < WireHeader.SIZE || WireHeader.SIZE + in.getInt(WireHeader.LENGTH) != bytes.length) {
            throw new AssertionError("a write of " + bytes.length + " bytes is not one whole message");
        }
        if (bytes.length > BUFFER) {
            throw new IOException("Argument list too long");
        }
        Message request = new Message(in.getInt(), in.getInt(), in.getInt(), new byte[in.getInt()]);
        in.get(request.payload());
        switch (Operation.of(request.type())) {
            case WATCH -> watch(request);
            case UNWATCH -> unwatch(request);
            default -> forward(request);
        }
    }

    private void watch(Message request) throws IOException {
        List<String> strings = Payload.split(request.payload());
        KernelWatch watch = new KernelWatch(strings.get(0), strings.get(1), new CompletableFuture<>());
        String token = "kernel" + lastNumber.incrementAndGet();
        watches.put(token, watch);
        Message reply = ask(Operation.WATCH, Payload.strings(watch.path, token));
        if (reply.type() == Operation.ERROR.code()) {
            watches.remove(token);
            throw new IOException(TEXTS.get(Payload.split(reply.payload()).get(0)));
        }
        get(watch.fired);
        reply(request, OK);
    }

    private void unwatch(Message request) throws IOException {
        List<String> strings = Payload.split(request.payload());
        for (Map.Entry<String, KernelWatch> entry : watches.entrySet()) {
            KernelWatch watch = entry.getValue();
            if (watch.path.equals(strings.get(0)) && watch.token.equals(strings.get(1))) {
                watches.remove(entry.getKey());
                ask(Operation.UNWATCH, Payload.strings(watch.path, entry.getKey()));
                break;
            }
        }
        reply(request, OK);
    }

    private Message ask(Operation operation, byte[] payload) throws IOException {
        int number = lastNumber.incrementAndGet();
        CompletableFuture<Message> reply = new CompletableFuture<>();
        own.put(number, reply);
        server.send(Message.of(operation, number, 0, payload));
        return get(reply);
    }

    private static <T> T get(CompletableFuture<T> future) throws IOException {
        try {
            return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IOException("Input/output error", e);
        }
    }

    private void forward(Message request) throws IOException {
        boolean end = request.type() == Operation.TRANSACTION_END.code();
        if (request.transactionId() != 0 && !transactions.contains(request.transactionId())) {
            refuse(request, "ENOENT");
        } else if (end && !Set.of("T", "F").contains(Payload.split(request.payload()).get(0))) {
            refuse(request, "EINVAL");
        } else {
            if (!asked.isEmpty()) {
                throw new AssertionError("the request before is still in the kernel's only buffer");
            }
            boolean stale = end && resumed && request.payload()[0] == 'T';
            int number = lastNumber.incrementAndGet();
            asked.put(number, request);
            server.send(new Message(request.type(), number, request.transactionId(),
                    stale ? Payload.strings("F") : request.payload()));
        }
    }

    private void refuse(Message request, String error) {
        queue(Message.of(Operation.ERROR, request.requestId(), request.transactionId(), Payload.strings(error)));
    }

    private void reply(Message request, byte[] payload) {
        queue(new Message(request.type(), request.requestId(), request.transactionId(), payload));
    }

    /** Header and payload are two entries of the kernel's list of what is to be read. */
    private synchronized void queue(Message message) {
        ByteBuffer bytes = message.encoded();
        unread.add(bytes.slice(0, WireHeader.SIZE));
        if (message.payload().length > 0) {
            unread.add(bytes.slice(WireHeader.SIZE, message.payload().length));
        }
    }

    @Override
    public void received(Message message) {
        if (message.type() == Operation.WATCH_EVENT.code()) {
            event(Payload.split(message.payload()));
            return;
        }
        CompletableFuture<Message> mine = own.remove(message.requestId());
        if (mine != null) {
            mine.complete(message);
            return;
        }
        Message request = asked.remove(message.requestId());
        if (request.type() == Operation.TRANSACTION_END.code()) {
            transactions.remove(request.transactionId());
            if (resumed && request.payload()[0] == 'T') {
                resumed = false;
                refuse(request, "EAGAIN");
                return;
            }
        } else if (message.type() == Operation.TRANSACTION_START.code()) {
            transactions.add(Integer.parseUnsignedInt(Payload.split(message.payload()).get(0)));
        }
        if (message.payload().length > WireHeader.PAYLOAD_MAX) {
            // What oxenstored answers over a ring, though not over a socket.
            refuse(request, "E2BIG");
        } else {
            queue(new Message(message.type(), request.requestId(), request.transactionId(), message.payload()));
        }
    }

    private void event(List<String> strings) {
        KernelWatch watch = watches.get(strings.get(1));
        if (watch != null) {
            queue(Message.of(Operation.WATCH_EVENT, garbage.nextInt(), garbage.nextInt(),
                    Payload.strings(strings.get(0), watch.token)));
            watch.fired.complete(null);
        }
    }

    @Override
    public void lost(IOException cause) {
        own.values().forEach(reply -> reply.completeExceptionally(cause));
        unread.add(END);
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
        if (!reading.hasRemaining()) {
            try {
                reading = unread.take();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
            if (reading == CLOSED) {
                throw new AsynchronousCloseException();
            }
            if (reading == END) {
                return -1;
            }
        }
        int count = Math.min(bytes.remaining(), reading.remaining());
        bytes.put(reading.slice(reading.position(), count));
        reading.position(reading.position() + count);
        return count;
    }

    @Override
    public void close() {
        server.close();
        unread.add(CLOSED);
    }
}
