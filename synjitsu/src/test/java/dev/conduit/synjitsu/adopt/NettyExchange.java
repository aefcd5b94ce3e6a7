package dev.conduit.synjitsu.adopt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The server's part of an {@link Exchange}. */
final class NettyExchange extends ByteToMessageDecoder {

    private final AtomicInteger served;
    private byte[] answer;
    private boolean halfClose;

    NettyExchange(AtomicInteger served) {
        this.served = served;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < Exchange.HEADER) {
            return;
        }
        Exchange asked = Exchange.read(in.nioBuffer(in.readerIndex(), Exchange.HEADER));
        if (in.readableBytes() < Exchange.HEADER + asked.up()) {
            return;
        }
        byte[] received = new byte[asked.up()];
        in.skipBytes(Exchange.HEADER).readBytes(received);
        answer = asked.answer(received);
        halfClose = asked.halfClose();
        if (!halfClose) {
            context.writeAndFlush(Unpooled.wrappedBuffer(answer));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        super.userEventTriggered(context, event);
        if (event == ChannelInputShutdownEvent.INSTANCE && answer != null) {
            served.incrementAndGet();
            context.writeAndFlush(halfClose ? Unpooled.wrappedBuffer(answer) : Unpooled.EMPTY_BUFFER)
                    .addListener(done -> context.close());
        }
    }
}
