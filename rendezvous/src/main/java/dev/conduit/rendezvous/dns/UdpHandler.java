package dev.conduit.rendezvous.dns;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Queries over UDP: answered on the thread that reads them, and sent together. */
final class UdpHandler extends SimpleChannelInboundHandler<DatagramPacket> {

    /** Longest query; more would be no query at all. */
    static final int MAX_QUERY = 2048;

    private static final Logger LOG = LoggerFactory.getLogger(UdpHandler.class);

    private final Desk desk;
    private final RateLimiter limiter;
    private final Counters counters;
    private final byte[] query = new byte[MAX_QUERY];
    private boolean flushing;

    UdpHandler(Desk desk, RateLimiter limiter, Counters counters) {
        this.desk = desk;
        this.limiter = limiter;
        this.counters = counters;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
        ByteBuf content = packet.content();
        int length = content.readableBytes();
        InetSocketAddress client = packet.sender();
        if (length > MAX_QUERY || client.getPort() == 0) {
            return;
        }
        content.getBytes(content.readerIndex(), query, 0, length);
        int reply = desk.answer(query, length, client.getAddress(), true);
        if (reply == Responder.WAIT) {
            desk.await(Arrays.copyOf(query, length), client.getAddress(), true, late -> replyLate(context, late, client));
        } else if (reply > 0) {
            reply(context, reply, client);
        }
    }

    private void reply(ChannelHandlerContext context, int length, InetSocketAddress client) {
        Responder responder = desk.responder();
        int size = responder.clientProven() ? length : limited(responder, length, client);
        if (size > 0) {
            ByteBuf out = context.alloc().directBuffer(size);
            out.writeBytes(responder.reply(), 0, size);
            context.write(new DatagramPacket(out, client), context.voidPromise());
        }
    }

    /** How much of the reply the client gets: everything, a word that sends it to TCP, or nothing. */
    private int limited(Responder responder, int length, InetSocketAddress client) {
        int size = switch (limiter.decide(client.getAddress(), responder.kind(), System.nanoTime())) {
            case SEND -> length;
            // An error is no longer than its query already.
            case TRUNCATE -> responder.kind() == 0 ? length : responder.truncated();
            case DROP -> 0;
        };
        if (size != length) {
            counters.limited.increment();
        }
        return size;
    }

    /** Answers that come together for many are sent together, too. */
    private void replyLate(ChannelHandlerContext context, int length, InetSocketAddress client) {
        reply(context, length, client);
        if (!flushing) {
            flushing = true;
            context.executor().execute(() -> {
                flushing = false;
                context.flush();
            });
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    /** A datagram that could not be sent, or an error in an answer, is one client's affair. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("over UDP", cause);
    }
}
