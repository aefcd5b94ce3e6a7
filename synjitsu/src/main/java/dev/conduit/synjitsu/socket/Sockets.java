package dev.conduit.synjitsu.socket;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;

/** Ends of sockets, where nobody is left to be told of a failure. */
final class Sockets {

    private Sockets() {}

    static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException gone) {
            // It is closed all the same.
        }
    }

    /** Closes with a RST: the client is told that nothing more comes, and that not everything arrived. */
    static void reset(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException gone) {
            // The client was first.
        }
        close(channel);
    }
}
