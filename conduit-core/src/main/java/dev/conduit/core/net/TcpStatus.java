package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.IPPROTO_TCP;

import dev.conduit.core.PlatformException;

/**
 * How a connection stands, from {@code struct tcp_info}.
 *
 * @param closed whether it is over: reset, or given up by the kernel
 * @param closeWait whether the peer has ended its direction and we have not
 * @param millisSinceAck how long ago the last acceptable ACK came in, or the socket was made; the kernel's clock may be
 *     10 ms coarse
 */
public record TcpStatus(boolean closed, boolean closeWait, long millisSinceAck) {

    static TcpStatus of(SocketOptions socket) throws PlatformException {
        socket.getStruct(IPPROTO_TCP, NetConstants.TCP_INFO, NetLayout.TCP_INFO_SIZE);
        int state = socket.buffer().get(NetLayout.TCP_INFO_STATE);
        return new TcpStatus(state == NetConstants.TCP_CLOSE, state == NetConstants.TCP_CLOSE_WAIT,
                socket.buffer().getInt(NetLayout.TCP_INFO_LAST_ACK_RECV) & 0xffff_ffffL);
    }
}
