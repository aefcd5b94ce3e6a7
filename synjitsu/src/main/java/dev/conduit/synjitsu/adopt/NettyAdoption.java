package dev.conduit.synjitsu.adopt;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Gives adopted connections to a Netty server with the epoll transport: they get its child handler, options and
 * attributes, in its child group, as if it had accepted them.
 */
public final class NettyAdoption {

    private NettyAdoption() {
    }

    /**
     * Adds a connection to a server, once it is established.
     *
     * @param server what {@code ServerBootstrap.bind} gave; its child group has the epoll transport
     * @param connection active, and not given away
     * @return completes with the connection's channel when the server has it; fails, and the connection is closed, when the
     *     client is gone or the server closed
     */
    public static CompletionStage<Channel> add(Channel server, AdoptedConnection connection) {
        return connection.established().thenApplyAsync(self -> {
            try {
                if (!server.isActive()) {
                    throw new ClosedChannelException();
                }
                Channel child = new EpollSocketChannel(self.descriptor());
                server.pipeline().fireChannelRead(child).fireChannelReadComplete();
                return child;
            } catch (IOException gone) {
                throw new CompletionException(gone);
            }
        }, server.eventLoop()).whenComplete((child, failure) -> {
            if (failure != null) {
                connection.abandon();
            }
        });
    }
}
