package dev.conduit.rendezvous.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * One question to upstream servers, one after the other, until one answers. Each try has a new socket, so a port the
 * kernel picks, and a new random id; the socket is connected, so that only the server's address gets through; and the
 * question must come back (RFC 5452). A truncated reply is fetched over TCP.
 */
final class UpstreamQuery {

    /** Is told the end, once, on the thread of the query. */
    interface Listener {

        /** Gets the reply and who gave it; or a failure's reply, or null, when no server had an answer. */
        void ended(UpstreamReply reply, InetSocketAddress server);
    }

    private static final SecureRandom RANDOM = new SecureRandom();

    private final EventLoop loop;
    private final Transport transport;
    private final Question question;
    private final Iterator<InetSocketAddress> turns;
    private final long timeoutMillis;
    private final Listener listener;
    private UpstreamReply failure;
    private Message sent;
    private InetSocketAddress server;
    private Channel channel;
    private ScheduledFuture<?> timeout;
    private boolean over;

    UpstreamQuery(EventLoop loop, Transport transport, Question question, List<InetSocketAddress> turns,
            Duration timeout, Listener listener) {
        this.loop = loop;
        this.transport = transport;
        this.question = question;
        this.turns = turns.iterator();
        this.timeoutMillis = Math.max(1, timeout.toMillis());
        this.listener = listener;
    }

    void begin() {
        try {
            loop.execute(this::nextTurn);
        } catch (RejectedExecutionException e) {
            listener.ended(null, null);
        }
    }

    private void nextTurn() {
        if (!turns.hasNext()) {
            end(failure);
            return;
        }
        server = turns.next();
        sent = message();
        open(new Bootstrap().channel(transport.datagrams()), new SimpleChannelInboundHandler<DatagramPacket>() {
            @Override
            protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
                received(context.channel(), packet.content(), true);
            }

            /** Nobody listens there, or it cannot be reached. */
            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                fail(context.channel());
            }
        }, Unpooled.wrappedBuffer(sent.toWire()));
    }

    private void overTcp() {
        byte[] wire = sent.toWire();
        ByteBuf framed = Unpooled.buffer(2 + wire.length).writeShort(wire.length).writeBytes(wire);
        open(new Bootstrap().channel(transport.connections()), new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel made) {
                made.pipeline().addLast(new LengthFieldBasedFrameDecoder(Wire.MAX_MESSAGE + 2, 0, 2, 0, 2),
                        new SimpleChannelInboundHandler<ByteBuf>() {
                            @Override
                            protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
                                received(context.channel(), frame, false);
                            }

                            @Override
                            public void channelInactive(ChannelHandlerContext context) {
                                fail(context.channel());
                            }

                            @Override
                            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                                fail(context.channel());
                            }
                        });
            }
        }, framed);
    }

    /** Connects and sends; only what comes from the newest channel counts. */
    private void open(Bootstrap bootstrap, ChannelHandler handler, ByteBuf first) {
        stopTry();
        timeout = loop.schedule(this::nextTurn, timeoutMillis, TimeUnit.MILLISECONDS);
        bootstrap.group(loop).handler(handler).option(ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) timeoutMillis);
        ChannelFuture connecting = bootstrap.connect(server);
        channel = connecting.channel();
        Channel opened = channel;
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                first.release();
                fail(opened);
            } else {
                opened.writeAndFlush(first);
            }
        });
    }

    /**
     * Closes the socket when the thread has done with it. Netty's epoll datagram channel goes on reading after it was
     * closed by what it has just read; another thread may have opened a socket of the same number by then, and would lose
     * its reply to this one.
     */
    private void stopTry() {
        if (timeout != null) {
            timeout.cancel(false);
        }
        if (channel != null) {
            Channel old = channel;
            channel = null;
            loop.execute(old::close);
        }
    }

    private void fail(Channel failed) {
        if (failed == channel && !over) {
            nextTurn();
        }
    }

    private void received(Channel from, ByteBuf content, boolean udp) {
        if (from != channel || over) {
            return;
        }
        byte[] wire = new byte[content.readableBytes()];
        content.readBytes(wire);
        Message reply = answers(wire);
        if (reply == null) {
            return;
        }
        if (reply.getHeader().getFlag(Flags.TC)) {
            if (udp) {
                overTcp();
            } else {
                nextTurn();
            }
            return;
        }
        UpstreamReply taken = UpstreamReply.of(reply, System.nanoTime());
        if (taken.rcode() == Rcode.NOERROR || taken.rcode() == Rcode.NXDOMAIN) {
            end(taken);
        } else {
            failure = taken;
            nextTurn();
        }
    }

    /** Reads a reply; null when it is none to this question, whoever sent it. */
    private Message answers(byte[] wire) {
        try {
            Message reply = new Message(wire);
            Header header = reply.getHeader();
            Record asked = reply.getQuestion();
            boolean fits = header.getID() == sent.getHeader().getID() && header.getFlag(Flags.QR)
                    && header.getOpcode() == Opcode.QUERY && header.getCount(0) == 1 && asked != null
                    && asked.getName().equals(question.name()) && asked.getType() == question.type()
                    && asked.getDClass() == DClass.IN;
            return fits ? reply : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private void end(UpstreamReply reply) {
        over = true;
        stopTry();
        listener.ended(reply, server);
    }

    private Message message() {
        Message message = Message.newQuery(Record.newRecord(question.name(), question.type(), DClass.IN));
        message.getHeader().setID(RANDOM.nextInt(1 << 16));
        if ((question.dnssec() & Wire.CD) != 0) {
            message.getHeader().setFlag(Flags.CD);
        }
        int flags = (question.dnssec() & Wire.DNSSEC_OK) != 0 ? ExtendedFlags.DO : 0;
        message.addRecord(new OPTRecord(Wire.MAX_UDP, 0, 0, flags), Section.ADDITIONAL);
        return message;
    }
}
