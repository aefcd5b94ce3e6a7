package dev.conduit.synjitsu.tcp;

/** What the table did with a segment. */
public enum Disposition {
    /** It was used, answered or dropped: it is done with. */
    HANDLED,
    /** Its address is frozen: nothing was done with it, and whoever gets the connections should get it. */
    FROZEN,
    /** Its address is not armed: nothing was done with it. */
    OTHER_ADDRESS
}
