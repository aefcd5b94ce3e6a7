package dev.conduit.rendezvous.dns;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Queries over one TCP connection (RFC 7766): many at a time, answered in the order they get ready. */
final class TcpHandler extends SimpleChannelInboundHandler<ByteBuf> {

    /** Queries of a connection that may wait; more are not read. */
    private static final int MAX_WAITING = 128;

    private static final Logger LOG = LoggerFactory.getLogger(TcpHandler.class);

    private final Desk desk;
    private final TcpConnections connections;
    private final long idleNanos;
    private ChannelHandlerContext context;
    private InetAddress client;
    private int waiting;
    private long lastActive;
    private boolean inputEnded;

    TcpHandler(Desk desk, TcpConnections connections, long idleNanos) {
        this.desk = desk;
        this.connections = connections;
        this.idleNanos = idleNanos;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        client = ((InetSocketAddress) active.channel().remoteAddress()).getAddress();
        lastActive = System.nanoTime();
        if (connections.add(this)) {
            watch(idleNanos);
        } else {
            active.close();
        }
    }

    /** Only whole queries count: a client that sends bytes now and then does not keep the connection. */
    private void watch(long nanos) {
        context.executor().schedule(() -> {
            long left = lastActive + idleNanos - System.nanoTime();
            if (left <= 0 && waiting == 0) {
                context.close();
            } else if (context.channel().isActive()) {
                watch(left > 0 ? left : idleNanos);
            }
        }, nanos, TimeUnit.NANOSECONDS);
    }

    boolean idle() {
        return waiting == 0;
    }

    void close() {
        context.close();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext read, ByteBuf frame) {
        active();
        byte[] query = new byte[frame.readableBytes()];
        frame.readBytes(query);
        int reply = desk.answer(query, query.length, client, false);
        if (reply == Responder.WAIT) {
            waiting++;
            desk.await(query, client, false, this::replyLate);
            throttle();
        } else if (reply > 0) {
            write(reply);
        }
    }

    private void active() {
        lastActive = System.nanoTime();
        connections.active(this);
    }

    private void replyLate(int length) {
        waiting--;
        active();
        write(length);
        context.flush();
        throttle();
        closeWhenDone();
    }

    private void write(int length) {
        ByteBuf out = context.alloc().directBuffer(2 + length);
        out.writeShort(length);
        out.writeBytes(desk.responder().reply(), 0, length);
        context.write(out);
    }

    /** A client that does not take its replies, or has very many queries waiting, is not read from. */
    private void throttle() {
        context.channel().config().setAutoRead(waiting < MAX_WAITING && context.channel().isWritable());
    }

    private void closeWhenDone() {
        if (inputEnded && waiting == 0) {
            // After all replies.
            context.writeAndFlush(context.alloc().buffer(0)).addListener(done -> context.close());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext read) {
        read.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        throttle();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext triggered, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            closeWhenDone();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        connections.remove(this);
    }

    /** A client that goes, or sends what is no message, loses its connection. */
    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        LOG.debug("over TCP", cause);
        // Not while the channel may be reading.
        caught.executor().execute(caught::close);
    }
}
