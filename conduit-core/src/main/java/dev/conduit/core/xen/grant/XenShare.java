package dev.conduit.core.xen.grant;

import dev.conduit.core.SharedPages;
import dev.conduit.core.posix.MappedMemory;

/** Pages this domain granted. */
final class XenShare extends XenRegion implements SharedPages {

    private final int[] refs;

    XenShare(XenGrantTable table, String name, MappedMemory memory, DeviceRange range, int[] refs) {
        super(table, name, memory, range);
        this.refs = refs;
    }

    @Override
    public int[] refs() {
        return refs.clone();
    }
}
