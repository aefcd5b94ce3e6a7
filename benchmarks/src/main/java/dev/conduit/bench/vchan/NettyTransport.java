package dev.conduit.bench.vchan;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;

/**
 * Netty's Unix-domain sockets over epoll: one write and flush a message, and all work in the event loop, as Netty's
 * users have it. A call waits for the loop.
 */
final class NettyTransport extends ChannelInboundHandlerAdapter implements Transport {

    private static final int LARGEST = 65536;

    private final Channel channel;

    /** What came and is not a whole message yet. */
    private final ByteBuffer in = ByteBuffer.allocateDirect(4 * LARGEST).order(ByteOrder.nativeOrder());

    // What is under way; used in the loop only.
    private int size;
    private long left;
    private LongConsumer each;
    private CompletableFuture<Void> received;
    private Runnable sending = () -> { };
    private long sum;

    /** For a channel that does not read by itself before the first call that receives. */
    NettyTransport(Channel channel) {
        this.channel = channel;
        channel.pipeline().addLast(this);
    }

    @Override
    public void send(int messageSize, long first, long count) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        channel.eventLoop().execute(() -> {
            sending = new Runnable() {
                private long next = first;

                @Override
                public void run() {
                    while (next < first + count && channel.isWritable()) {
                        write(messageSize, next++);
                    }
                    if (next == first + count) {
                        sent.complete(null);
                    }
                }
            };
            sending.run();
        });
        sent.join();
    }

    private void write(int messageSize, long number) {
        ByteBuf message = channel.alloc().directBuffer(messageSize);
        Message.write(message.internalNioBuffer(0, messageSize).order(ByteOrder.nativeOrder()), 0, messageSize, number);
        channel.writeAndFlush(message.writerIndex(messageSize), channel.voidPromise());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        sending.run();
    }

    @Override
    public long receive(int messageSize, long count) {
        sum = 0;
        forEach(messageSize, count, value -> sum += value, () -> { });
        return sum;
    }

    @Override
    public void ask(long count, Histogram trips) {
        long[] begin = new long[1];
        Runnable question = () -> {
            begin[0] = System.nanoTime();
            write(PING, begin[0]);
        };
        forEach(PING, count, value -> {
            trips.recordValue(System.nanoTime() - value);
            if (left > 1) {
                question.run();
            }
        }, question);
    }

    @Override
    public void answer(long count) {
        forEach(PING, count, value -> write(PING, value), () -> { });
    }

    @Override
    public void collect(long count, Histogram delays) {
        forEach(PING, count, due -> delays.recordValue(Math.max(0, System.nanoTime() - due)), () -> { });
    }

    /** Does something first, and then something with each message that comes; returns after the last. */
    private void forEach(int messageSize, long count, LongConsumer action, Runnable first) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        channel.eventLoop().execute(() -> {
            size = messageSize;
            left = count;
            each = action;
            received = done;
            first.run();
            take();
            channel.config().setAutoRead(true);
        });
        done.join();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        in.limit(in.position() + bytes.readableBytes());
        bytes.readBytes(in).release();
        take();
    }

    private void take() {
        in.flip();
        while (left > 0 && in.remaining() >= size) {
            each.accept(Message.read(in, in.position(), size));
            in.position(in.position() + size);
            if (--left == 0) {
                channel.config().setAutoRead(false);
                received.complete(null);
            }
        }
        in.compact();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (received != null) {
            received.completeExceptionally(new EOFException("peer closed in the middle of the messages"));
        }
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }
}
