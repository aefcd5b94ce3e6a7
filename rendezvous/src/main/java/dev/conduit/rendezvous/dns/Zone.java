package dev.conduit.rendezvous.dns;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/**
 * The records of a zone, encoded for replies: about 100 bytes a name. Immutable and thread-safe.
 *
 * <p>Any record type of class IN is served but DNAME. Wildcards are those of RFC 4592; names below an NS record that is
 * not the zone's own are referred to the servers it names. Nothing is signed: records of DNSSEC are data like others.
 */
public final class Zone {

    private static final long MADE_UP_TTL = 5;
    private static final long REFRESH = 3600;
    private static final long RETRY = 600;
    private static final long EXPIRE = 86400;

    private final Name origin;
    private final LookupName originKey;
    private final NameTable table;
    private final byte[] negativeSoa;

    Zone(Name origin, NameTable table, byte[] negativeSoa) {
        this.origin = origin;
        this.originKey = LookupName.of(origin);
        this.table = table;
        this.negativeSoa = negativeSoa;
    }

    /**
     * Makes a zone. When there is no SOA record one is made up, with the time as serial and 5 s as TTL and as the time
     * that denials may be kept.
     *
     * @param origin the name of the zone, absolute
     * @param records what is in it; duplicates count once; all records of one name and type get the lowest of their TTLs
     * @return the zone
     * @throws IllegalArgumentException when a record is not in the zone, not of class IN, or of a type that cannot be
     *     served; when there are two SOA records, a CNAME beside other records, or more of a kind than fit into a message
     */
    public static Zone of(Name origin, Collection<? extends Record> records) {
        ZoneBuilder builder = new ZoneBuilder(origin);
        records.forEach(builder::add);
        if (!builder.hasSoa()) {
            builder.add(new SOARecord(origin, DClass.IN, MADE_UP_TTL, origin, origin,
                    System.currentTimeMillis() / 1000, REFRESH, RETRY, EXPIRE, MADE_UP_TTL));
        }
        return builder.build();
    }

    /**
     * Reads a zone file (RFC 1035 section 5, with $TTL of RFC 2308; $INCLUDE and BIND's $GENERATE as well). Blocks for as
     * long as that takes: a second for some hundred thousand records.
     *
     * @param file the file
     * @param origin the name of the zone, absolute; names in the file that do not end with a dot are relative to it
     * @return the zone
     * @throws IOException when it cannot be read, or says something wrong; the message names the file, and the line where
     *     it is one line's fault
     */
    public static Zone load(Path file, Name origin) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        try (Master master = new Master(file.toString(), origin)) {
            master.expandGenerate(true);
            ZoneBuilder builder = new ZoneBuilder(origin);
            for (Record next = master.nextRecord(); next != null; next = master.nextRecord()) {
                builder.add(next);
            }
            if (!builder.hasSoa()) {
                throw new IllegalArgumentException("there is no SOA record for " + origin);
            }
            return builder.build();
        } catch (FileNotFoundException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns the name of the zone.
     *
     * @return an absolute name
     */
    public Name origin() {
        return origin;
    }

    /**
     * Counts the names in the zone, with those that exist only because there are names below them.
     *
     * @return at least 1
     */
    public int names() {
        return table.size();
    }

    /** What the zone takes, but for a few objects. */
    long bytes() {
        return table.memory();
    }

    LookupName originKey() {
        return originKey;
    }

    byte[] nodes() {
        return table.bytes();
    }

    /** The SOA record as it stands in replies that say there is nothing (RFC 2308 section 3). */
    RrSet negativeSoa(RrSet view) {
        return view.set(negativeSoa, 0, negativeSoa.length, 1);
    }

    /** Looks for a name in this zone as RFC 1034 section 4.3.2 says. */
    ZoneMatch find(LookupName name, int type, ZoneMatch match) {
        byte[] nodes = table.bytes();
        int last = name.labels() - originKey.labels();
        int closest = -1;
        for (int label = 0; label <= last; label++) {
            int node = table.find(name, label);
            if (node < 0) {
                continue;
            }
            if (closest < 0) {
                closest = label;
            }
            if (ZoneNodes.is(nodes, node, ZoneNodes.BELOW_CUT)) {
                continue;
            }
            // Of a delegated name, the DS records are on this side.
            if (ZoneNodes.is(nodes, node, ZoneNodes.CUT) && !(label == 0 && type == Type.DS)) {
                return match.set(ZoneMatch.Kind.DELEGATED, node, label);
            }
            if (label == 0) {
                return match.set(ZoneMatch.Kind.NAME, node, 0);
            }
            int wildcard = table.findWildcard(name, closest);
            return wildcard < 0 ? match.set(ZoneMatch.Kind.NONE, -1, label)
                    : match.set(ZoneMatch.Kind.WILDCARD, wildcard, label);
        }
        throw new IllegalStateException("a name that is not in " + origin + " was looked for in it");
    }

    /** Finds the address records of a server that a delegation names; false when this zone has none. */
    boolean findGlue(LookupName name, int type, RrSet view) {
        if (name.labels() < originKey.labels()) {
            return false;
        }
        int node = table.find(name, 0);
        return node >= 0 && ZoneNodes.find(table.bytes(), node, type, view);
    }
}
