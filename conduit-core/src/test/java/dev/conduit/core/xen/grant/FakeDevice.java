package dev.conduit.core.xen.grant;

import java.nio.ByteBuffer;
import java.util.List;

/** An open grant device. */
interface FakeDevice {

    /** Returns 0 or minus errno. */
    int ioctl(int request, ByteBuffer argument);

    /** What to map, and what to do when that is unmapped; or the error number that refuses it. */
    record Mapping(List<FakeXen.Grant> pages, Runnable unmapped, int error) {

        static Mapping refused(int error) {
            return new Mapping(List.of(), null, error);
        }
    }

    Mapping map(long index, int count, boolean write);

    /** The last descriptor is closed. */
    void release();
}
