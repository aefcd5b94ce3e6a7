package dev.conduit.vchan;

/** Which fields of the control page belong to which side. */
enum Role {
    /** Made the pages; reads the left ring. */
    SERVER(VchanPage.LEFT_CONS, VchanPage.LEFT_PROD, VchanPage.RIGHT_PROD, VchanPage.RIGHT_CONS,
            VchanPage.SRV_LIVE, VchanPage.CLI_LIVE, VchanPage.CLI_NOTIFY, VchanPage.SRV_NOTIFY),
    /** Mapped the pages; reads the right ring. */
    CLIENT(VchanPage.RIGHT_CONS, VchanPage.RIGHT_PROD, VchanPage.LEFT_PROD, VchanPage.LEFT_CONS,
            VchanPage.CLI_LIVE, VchanPage.SRV_LIVE, VchanPage.SRV_NOTIFY, VchanPage.CLI_NOTIFY);

    /** Read ring: own index and the peer's. */
    final int ownCons;
    final int peerProd;
    /** Write ring: own index and the peer's. */
    final int ownProd;
    final int peerCons;
    final int ownLive;
    final int peerLive;
    /** Shift in the flags word of the byte in which this side sets what it wants to be told. */
    final int requestShift;
    /** Shift in the flags word of the byte in which the peer sets what it wants to be told. */
    final int askedShift;

    Role(int ownCons, int peerProd, int ownProd, int peerCons, int ownLive, int peerLive, int request, int asked) {
        this.ownCons = ownCons;
        this.peerProd = peerProd;
        this.ownProd = ownProd;
        this.peerCons = peerCons;
        this.ownLive = ownLive;
        this.peerLive = peerLive;
        this.requestShift = VchanPage.shiftInFlags(request);
        this.askedShift = VchanPage.shiftInFlags(asked);
    }
}
