package dev.conduit.core.xen.grant;

/**
 * What {@code /dev/xen/gntalloc} and {@code /dev/xen/gntdev} take and give: {@code xen/gntalloc.h} and
 * {@code xen/gntdev.h}. All numbers are in native byte order.
 */
final class GrantLayout {

    /** gntalloc: allocates pages and grants them; argument {@code struct ioctl_gntalloc_alloc_gref}. */
    static final int IOCTL_GNTALLOC_ALLOC_GREF = 0x00184705;

    /** gntalloc: ends the grants of pages that nobody maps any more; argument as {@link #RANGE_SIZE}. */
    static final int IOCTL_GNTALLOC_DEALLOC_GREF = 0x00104706;

    /** gntdev: names the grants to map; argument {@code struct ioctl_gntdev_map_grant_ref}. */
    static final int IOCTL_GNTDEV_MAP_GRANT_REF = 0x00184700;

    /** gntdev: forgets them; argument as {@link #RANGE_SIZE}. */
    static final int IOCTL_GNTDEV_UNMAP_GRANT_REF = 0x00104701;

    /** Both: what happens when the last mapping goes; argument as {@link #NOTIFY_SIZE}. */
    static final int IOCTL_SET_UNMAP_NOTIFY = 0x00104707;

    /** {@code domid} of {@code struct ioctl_gntalloc_alloc_gref}; 16 bits. */
    static final int ALLOC_DOMID = 0;

    /** {@code flags}; 16 bits. */
    static final int ALLOC_FLAGS = 2;

    /** {@code count}; 32 bits. */
    static final int ALLOC_COUNT = 4;

    /** {@code index}, given back: the offset for mmap; 64 bits. */
    static final int ALLOC_INDEX = 8;

    /** {@code gref_ids[count]}, given back; 32 bits each. */
    static final int ALLOC_REFS = 16;

    /** Flag of {@link #ALLOC_FLAGS}: the peer may write. */
    static final int GNTALLOC_FLAG_WRITABLE = 1;

    /** {@code count} of {@code struct ioctl_gntdev_map_grant_ref}; 32 bits. */
    static final int MAP_COUNT = 0;

    /** {@code index}, given back: the offset for mmap; 64 bits. */
    static final int MAP_INDEX = 8;

    /** {@code refs[count]}. */
    static final int MAP_REFS = 16;

    /** {@code domid} of {@code struct ioctl_gntdev_grant_ref}; 32 bits. */
    static final int REF_DOMID = 0;

    /** {@code ref} of it; 32 bits. */
    static final int REF_REF = 4;

    /** Size of {@code struct ioctl_gntdev_grant_ref}. */
    static final int REF_SIZE = 8;

    /** {@code index} of DEALLOC_GREF's and UNMAP_GRANT_REF's argument, which have one form; 64 bits. */
    static final int RANGE_INDEX = 0;

    /** {@code count} of it; 32 bits. */
    static final int RANGE_COUNT = 8;

    /** Size of it. */
    static final int RANGE_SIZE = 16;

    /** {@code index}, of a byte, of both SET_UNMAP_NOTIFY's argument, which have one form; 64 bits. */
    static final int NOTIFY_INDEX = 0;

    /** {@code action} of it; 32 bits. */
    static final int NOTIFY_ACTION = 8;

    /** {@code event_channel_port} of it; 32 bits. */
    static final int NOTIFY_PORT = 12;

    /** Size of it. */
    static final int NOTIFY_SIZE = 16;

    /** Action: set the byte to zero. */
    static final int UNMAP_NOTIFY_CLEAR_BYTE = 1;

    /** Action: send an event on the port. */
    static final int UNMAP_NOTIFY_SEND_EVENT = 2;

    private GrantLayout() {
    }
}
