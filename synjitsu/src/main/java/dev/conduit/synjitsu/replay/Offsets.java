package dev.conduit.synjitsu.replay;

import dev.conduit.synjitsu.wire.MacAddress;

/**
 * What a replayed connection has beside its {@link dev.conduit.synjitsu.tcp.Tcb}: how its guest differs from what the
 * client was told. With both, another front can go on with it.
 *
 * @param guest the guest's MAC
 * @param sequence what is added to the guest's sequence numbers for the client
 * @param timestamp what is added to the guest's timestamps for the client; to the front's clock in milliseconds, for a
 *     client with timestamps and a guest without
 * @param timestamps whether the guest has timestamps
 * @param sack whether the guest has selective acknowledgements
 * @param scale the guest's window shift, 0 to 14; -1 when it does not scale windows
 * @param maxSegment the guest's MSS, 1 to 65535
 */
public record Offsets(MacAddress guest, int sequence, int timestamp, boolean timestamps, boolean sack,
        int scale, int maxSegment) {}
