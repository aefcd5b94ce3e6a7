package dev.conduit.rendezvous.dns;

import java.io.ByteArrayOutputStream;
import java.util.Collection;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * A view of records of one name and type that are ready to be copied into a reply. Each record begins with a pointer to
 * the question's name; a reply whose records belong to another name changes it. Used over and over.
 */
final class RrSet {

    private byte[] bytes;
    private int offset;
    private int length;
    private int count;

    RrSet set(byte[] array, int at, int size, int records) {
        bytes = array;
        offset = at;
        length = size;
        count = records;
        return this;
    }

    byte[] bytes() {
        return bytes;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    int count() {
        return count;
    }

    /** Encodes records, each with the TTL given, without the owners' names. */
    static byte[] encode(Collection<? extends Record> records, long ttl) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Record record : records) {
            byte[] wire = record.toWire(Section.ANSWER);
            int owner = record.getName().length();
            Wire.put32(wire, owner + Wire.TTL, ttl);
            out.write(Wire.POINTER >> 8);
            out.write(Wire.HEADER);
            out.write(wire, owner, wire.length - owner);
        }
        return out.toByteArray();
    }
}
