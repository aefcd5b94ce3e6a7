package dev.conduit.vchan;

/**
 * What the peer's live byte says, over time: cli_live goes 2, 1, 0; srv_live goes 1, 0. With a persistent server
 * cli_live goes on 0, 1, 0. Thread-safe; an end that was seen once stays, whatever the byte says later.
 */
final class PeerLife {

    private final Role role;
    private final boolean persistent;
    private final int shift;

    private volatile boolean connected;
    private volatile boolean ended;

    PeerLife(Role role, boolean persistent) {
        this.role = role;
        this.persistent = persistent;
        this.shift = VchanPage.shiftInFlags(role.peerLive);
    }

    /** To be read before the flags word is loaded: what this thread must find confirmed in it. */
    boolean connected() {
        return connected;
    }

    /** The common case at little cost: connected before, and nothing has changed since. */
    boolean steadilyOpen(int flags) {
        return connected && !ended && value(flags) == VchanPage.LIVE_OPEN;
    }

    /**
     * Judges a flags word.
     *
     * @param connectedBefore what {@link #connected} said before the word was loaded, so that an old word in the hands
     *     of a slow thread is not taken for a step backwards
     * @return WAITING, OPEN, PEER_CLOSED, or VIOLATED for a value no peer may set
     */
    VchanState judge(int flags, boolean connectedBefore) {
        if (ended) {
            return VchanState.PEER_CLOSED;
        }
        switch (value(flags)) {
            case VchanPage.LIVE_OPEN -> {
                if (!connectedBefore) {
                    connected = true;
                }
                return VchanState.OPEN;
            }
            case VchanPage.LIVE_GONE -> {
                if (persistent) {
                    return VchanState.WAITING;
                }
                ended = true;
                return VchanState.PEER_CLOSED;
            }
            case VchanPage.LIVE_NOT_YET -> {
                return role == Role.SERVER && !connectedBefore ? VchanState.WAITING : VchanState.VIOLATED;
            }
            default -> {
                return VchanState.VIOLATED;
            }
        }
    }

    int value(int flags) {
        return flags >>> shift & 0xFF;
    }
}
