package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.IPPROTO_TCP;

import dev.conduit.core.PlatformException;
import java.nio.ByteBuffer;

/**
 * How a connection stands, from {@code struct tcp_info} (Linux 5.4 and newer).
 *
 * @param closed whether it is over: reset, or given up by the kernel
 * @param closeWait whether the peer has ended its direction and we have not
 * @param sendWindow SND.WND: how many bytes the peer takes
 * @param advertisedSegment the MSS that this machine tells peers on the way to this one
 */
public record TcpStatus(boolean closed, boolean closeWait, int sendWindow, int advertisedSegment) {

    static TcpStatus of(SocketOptions socket) throws PlatformException {
        socket.getStruct(IPPROTO_TCP, NetConstants.TCP_INFO, NetLayout.TCP_INFO_SIZE);
        ByteBuffer info = socket.buffer();
        int state = info.get(NetLayout.TCP_INFO_STATE);
        return new TcpStatus(state == NetConstants.TCP_CLOSE, state == NetConstants.TCP_CLOSE_WAIT,
                info.getInt(NetLayout.TCP_INFO_SND_WND), info.getInt(NetLayout.TCP_INFO_ADVMSS));
    }
}
