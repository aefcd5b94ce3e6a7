package dev.conduit.rendezvous.dns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/**
 * What a {@link DnsSource} says of a name. Immutable and thread-safe. An answer that is kept and returned again is faster:
 * it is encoded once.
 */
public abstract sealed class DnsAnswer permits LiveRecords, DnsAnswer.Denial, UpstreamReply {

    private static final long MAX_TTL = Integer.MAX_VALUE;

    DnsAnswer() {}

    /** An answer without records. */
    static final class Denial extends DnsAnswer {

        static final Denial NO_SUCH_NAME = new Denial();
        static final Denial OUT_OF_RESOURCES = new Denial();
    }

    /**
     * The name has these records. Of them the client gets those of the type it asked for; when there are none, a CNAME,
     * which the server follows; or else the reply that there are none.
     *
     * @param records of class IN, at most as many as fit into a message of 32 KiB; their owner is not looked at, it is the
     *     name that was asked for; empty when the name exists and has no records that matter
     * @return the answer
     * @throws IllegalArgumentException when a record is not of class IN, or they are too many
     */
    public static DnsAnswer of(Collection<? extends Record> records) {
        return new LiveRecords(records);
    }

    /**
     * The name has these addresses.
     *
     * @param name the name
     * @param ttl how long clients may keep them; 0 to 2^31 - 1 s
     * @param addresses of version 4 and 6; may be empty
     * @return the answer
     * @throws IllegalArgumentException when the TTL is out of range
     */
    public static DnsAnswer ofAddresses(Name name, Duration ttl, Collection<? extends InetAddress> addresses) {
        long seconds = ttl.toSeconds();
        if (seconds < 0 || seconds > MAX_TTL) {
            throw new IllegalArgumentException("TTL " + ttl + " is not between 0 and " + MAX_TTL + " s");
        }
        List<Record> records = new ArrayList<>();
        for (InetAddress address : addresses) {
            records.add(address instanceof Inet4Address ? new ARecord(name, DClass.IN, seconds, address)
                    : new AAAARecord(name, DClass.IN, seconds, address));
        }
        return of(records);
    }

    /**
     * There is no such name: NXDOMAIN, unless a wildcard of the zone covers it.
     *
     * @return the answer
     */
    public static DnsAnswer noSuchName() {
        return Denial.NO_SUCH_NAME;
    }

    /**
     * The name exists but cannot be served here and now: SERVFAIL, upon which clients try another server.
     *
     * @return the answer
     */
    public static DnsAnswer outOfResources() {
        return Denial.OUT_OF_RESOURCES;
    }
}
