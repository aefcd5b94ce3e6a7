package dev.conduit.vchan;

import java.io.IOException;

/** Writing is impossible because the peer has ended. */
public final class VchanPeerClosedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient VchanState state;

    /**
     * Creates the exception.
     *
     * @param state how it ended: PEER_CLOSED, PEER_GONE or PLATFORM_LOST
     * @param message one line
     */
    public VchanPeerClosedException(VchanState state, String message) {
        super(message);
        this.state = state;
    }

    /**
     * Returns how the peer ended.
     *
     * @return PEER_CLOSED, PEER_GONE or PLATFORM_LOST
     */
    public VchanState state() {
        return state;
    }
}
