package dev.conduit.synjitsu.handover;

import dev.conduit.core.DomainId;
import dev.conduit.synjitsu.tcp.Connection;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreException;
import java.util.List;
import java.util.Optional;

/** One service of a front: what it does at each step depends on how the service receives its connections. */
interface Held {

    /** Least time between two announcements against somebody who says that it has an address that is held. */
    long DEFENCE_NANOS = 1_000_000_000L;

    String name();

    List<IpAddress> addresses();

    /**
     * The service does not run. Connections of an earlier front are gone on with.
     *
     * @return a client that waits for it, if there is one
     */
    Optional<IpAddress> arm(long now) throws XenStoreException;

    /** It was started, or ran already, and this domain takes its connections over. */
    default void startedHere(long now) throws XenStoreException {}

    /** Its guest was started, or ran already. */
    void started(DomainId domain, long now) throws XenStoreException;

    /** Adds to what is written before anything of this turn leaves. */
    void save(Connection connection, XenStoreChanges changes, long now);

    /** A handshake is complete. */
    default void established(Connection connection, long now) {}

    /** The service has said something. */
    default void look(long now) throws XenStoreException {}

    /** Somebody says that it has one of the addresses. */
    void claimed(IpAddress address, MacAddress by, long now);

    /** Somebody asks whether it may have one of the addresses. */
    default void probed(long now) {}

    /** When {@link #advance} has something to do; {@link Long#MAX_VALUE} when nothing waits for time. */
    long nextTimer();

    void advance(long now) throws XenStoreException;

    /** The service will not come up: its clients are told. */
    void refuse();

    /** Nothing is held any more, and nothing of it left. */
    void end() throws XenStoreException;
}
