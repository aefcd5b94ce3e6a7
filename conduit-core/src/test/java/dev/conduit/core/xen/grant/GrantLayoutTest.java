package dev.conduit.core.xen.grant;

import dev.conduit.core.posix.HeaderAudit;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every number of {@link GrantLayout} against Linux's headers (linux-libc-dev) and Xen's (libxen-dev). */
class GrantLayoutTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"xen/", "xen/sys/"})
    void shouldAgreeWithTheHeadersOnGntalloc(String folder) throws Exception {
        new HeaderAudit("stdint.h", "sys/ioctl.h", folder + "gntalloc.h")
                .value("IOCTL_GNTALLOC_ALLOC_GREF", GrantLayout.IOCTL_GNTALLOC_ALLOC_GREF)
                .value("IOCTL_GNTALLOC_DEALLOC_GREF", GrantLayout.IOCTL_GNTALLOC_DEALLOC_GREF)
                .value("IOCTL_GNTALLOC_SET_UNMAP_NOTIFY", GrantLayout.IOCTL_SET_UNMAP_NOTIFY)
                .value("GNTALLOC_FLAG_WRITABLE", GrantLayout.GNTALLOC_FLAG_WRITABLE)
                .value("UNMAP_NOTIFY_CLEAR_BYTE", GrantLayout.UNMAP_NOTIFY_CLEAR_BYTE)
                .value("UNMAP_NOTIFY_SEND_EVENT", GrantLayout.UNMAP_NOTIFY_SEND_EVENT)
                .offset("struct ioctl_gntalloc_alloc_gref", "domid", GrantLayout.ALLOC_DOMID)
                .offset("struct ioctl_gntalloc_alloc_gref", "flags", GrantLayout.ALLOC_FLAGS)
                .offset("struct ioctl_gntalloc_alloc_gref", "count", GrantLayout.ALLOC_COUNT)
                .offset("struct ioctl_gntalloc_alloc_gref", "index", GrantLayout.ALLOC_INDEX)
                .offset("struct ioctl_gntalloc_alloc_gref", "gref_ids", GrantLayout.ALLOC_REFS)
                .offset("struct ioctl_gntalloc_alloc_gref", "gref_ids[1]", GrantLayout.ALLOC_REFS + Integer.BYTES)
                .value("sizeof(((struct ioctl_gntalloc_alloc_gref *) 0)->domid)", Short.BYTES)
                .value("sizeof(((struct ioctl_gntalloc_alloc_gref *) 0)->flags)", Short.BYTES)
                .value("sizeof(((struct ioctl_gntalloc_alloc_gref *) 0)->count)", Integer.BYTES)
                .value("sizeof(((struct ioctl_gntalloc_alloc_gref *) 0)->index)", Long.BYTES)
                .offset("struct ioctl_gntalloc_dealloc_gref", "index", GrantLayout.RANGE_INDEX)
                .offset("struct ioctl_gntalloc_dealloc_gref", "count", GrantLayout.RANGE_COUNT)
                .size("struct ioctl_gntalloc_dealloc_gref", GrantLayout.RANGE_SIZE)
                .offset("struct ioctl_gntalloc_unmap_notify", "index", GrantLayout.NOTIFY_INDEX)
                .offset("struct ioctl_gntalloc_unmap_notify", "action", GrantLayout.NOTIFY_ACTION)
                .offset("struct ioctl_gntalloc_unmap_notify", "event_channel_port", GrantLayout.NOTIFY_PORT)
                .size("struct ioctl_gntalloc_unmap_notify", GrantLayout.NOTIFY_SIZE)
                .verify(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xen/", "xen/sys/"})
    void shouldAgreeWithTheHeadersOnGntdev(String folder) throws Exception {
        // Linux's header is written for the kernel, which has these two types.
        new HeaderAudit("stdint.h", "sys/ioctl.h", folder + "gntdev.h")
                .define("grant_ref_t", "uint32_t")
                .define("domid_t", "uint16_t")
                .value("IOCTL_GNTDEV_MAP_GRANT_REF", GrantLayout.IOCTL_GNTDEV_MAP_GRANT_REF)
                .value("IOCTL_GNTDEV_UNMAP_GRANT_REF", GrantLayout.IOCTL_GNTDEV_UNMAP_GRANT_REF)
                .value("IOCTL_GNTDEV_SET_UNMAP_NOTIFY", GrantLayout.IOCTL_SET_UNMAP_NOTIFY)
                .value("UNMAP_NOTIFY_CLEAR_BYTE", GrantLayout.UNMAP_NOTIFY_CLEAR_BYTE)
                .value("UNMAP_NOTIFY_SEND_EVENT", GrantLayout.UNMAP_NOTIFY_SEND_EVENT)
                .offset("struct ioctl_gntdev_map_grant_ref", "count", GrantLayout.MAP_COUNT)
                .offset("struct ioctl_gntdev_map_grant_ref", "index", GrantLayout.MAP_INDEX)
                .offset("struct ioctl_gntdev_map_grant_ref", "refs", GrantLayout.MAP_REFS)
                .offset("struct ioctl_gntdev_map_grant_ref", "refs[1]", GrantLayout.MAP_REFS + GrantLayout.REF_SIZE)
                .value("sizeof(((struct ioctl_gntdev_map_grant_ref *) 0)->count)", Integer.BYTES)
                .value("sizeof(((struct ioctl_gntdev_map_grant_ref *) 0)->index)", Long.BYTES)
                .offset("struct ioctl_gntdev_grant_ref", "domid", GrantLayout.REF_DOMID)
                .offset("struct ioctl_gntdev_grant_ref", "ref", GrantLayout.REF_REF)
                .value("sizeof(((struct ioctl_gntdev_grant_ref *) 0)->domid)", Integer.BYTES)
                .value("sizeof(((struct ioctl_gntdev_grant_ref *) 0)->ref)", Integer.BYTES)
                .size("struct ioctl_gntdev_grant_ref", GrantLayout.REF_SIZE)
                .offset("struct ioctl_gntdev_unmap_grant_ref", "index", GrantLayout.RANGE_INDEX)
                .offset("struct ioctl_gntdev_unmap_grant_ref", "count", GrantLayout.RANGE_COUNT)
                .size("struct ioctl_gntdev_unmap_grant_ref", GrantLayout.RANGE_SIZE)
                .offset("struct ioctl_gntdev_unmap_notify", "index", GrantLayout.NOTIFY_INDEX)
                .offset("struct ioctl_gntdev_unmap_notify", "action", GrantLayout.NOTIFY_ACTION)
                .offset("struct ioctl_gntdev_unmap_notify", "event_channel_port", GrantLayout.NOTIFY_PORT)
                .size("struct ioctl_gntdev_unmap_notify", GrantLayout.NOTIFY_SIZE)
                .verify(directory);
    }
}
