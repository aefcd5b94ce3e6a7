package dev.conduit.core.xen.event;

import dev.conduit.core.posix.HeaderAudit;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every number of the driver, against the header of Linux and that of Xen's own libraries (libxen-dev). */
class EvtchnAuditTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"xen/evtchn.h", "xen/sys/evtchn.h"})
    void shouldAgreeWithTheHeaders(String header) throws Exception {
        new HeaderAudit("stdint.h", "sys/ioctl.h", "xen/xen.h", header)
                .value("IOCTL_EVTCHN_BIND_INTERDOMAIN", EvtchnLayout.IOCTL_EVTCHN_BIND_INTERDOMAIN)
                .value("IOCTL_EVTCHN_BIND_UNBOUND_PORT", EvtchnLayout.IOCTL_EVTCHN_BIND_UNBOUND_PORT)
                .value("IOCTL_EVTCHN_UNBIND", EvtchnLayout.IOCTL_EVTCHN_UNBIND)
                .value("IOCTL_EVTCHN_NOTIFY", EvtchnLayout.IOCTL_EVTCHN_NOTIFY)
                .value("IOCTL_EVTCHN_RESET", EvtchnLayout.IOCTL_EVTCHN_RESET)
                .offset("struct ioctl_evtchn_bind_interdomain", "remote_domain", EvtchnLayout.REMOTE_DOMAIN)
                .offset("struct ioctl_evtchn_bind_interdomain", "remote_port", EvtchnLayout.REMOTE_PORT)
                .size("struct ioctl_evtchn_bind_interdomain", EvtchnLayout.ARGUMENT_SIZE)
                .offset("struct ioctl_evtchn_bind_unbound_port", "remote_domain", EvtchnLayout.REMOTE_DOMAIN)
                .size("struct ioctl_evtchn_bind_unbound_port", Integer.BYTES)
                .offset("struct ioctl_evtchn_unbind", "port", EvtchnLayout.PORT)
                .size("struct ioctl_evtchn_unbind", EvtchnLayout.PORT_SIZE)
                .offset("struct ioctl_evtchn_notify", "port", EvtchnLayout.PORT)
                .size("struct ioctl_evtchn_notify", EvtchnLayout.PORT_SIZE)
                .verify(directory);
    }

    @Test
    void shouldAgreeWithTheHeaderOnPorts() throws Exception {
        new HeaderAudit("stdint.h", "xen/xen.h", "xen/event_channel.h")
                .value("EVTCHN_FIFO_NR_CHANNELS", EvtchnLayout.PORTS)
                .size("evtchn_port_t", EvtchnLayout.PORT_SIZE)
                .verify(directory);
    }
}
