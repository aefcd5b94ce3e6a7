package dev.conduit.core.xen.event;

/**
 * What {@code /dev/xen/evtchn} takes and gives: {@code xen/sys/evtchn.h}. Every argument is one or two unsigned 32-bit
 * words; ports are read and written as such words, too.
 */
final class EvtchnLayout {

    /** Binds to a remote port; argument {@code {u32 remote_domain; u32 remote_port}}; returns the local port. */
    static final int IOCTL_EVTCHN_BIND_INTERDOMAIN = 0x00084501;

    /** Allocates a port for a remote domain; argument {@code {u32 remote_domain}}; returns the port. */
    static final int IOCTL_EVTCHN_BIND_UNBOUND_PORT = 0x00044502;

    /** Gives a port back; argument {@code {u32 port}}. */
    static final int IOCTL_EVTCHN_UNBIND = 0x00044503;

    /** Sends an event; argument {@code {u32 port}}. */
    static final int IOCTL_EVTCHN_NOTIFY = 0x00044504;

    /** Empties the queue of events and ends its overflow; no argument. */
    static final int IOCTL_EVTCHN_RESET = 0x00004505;

    /** {@code unsigned int remote_domain} of both binds. */
    static final int REMOTE_DOMAIN = 0;

    /** {@code unsigned int remote_port} of {@code struct ioctl_evtchn_bind_interdomain}. */
    static final int REMOTE_PORT = 4;

    /** {@code unsigned int port} of {@code struct ioctl_evtchn_unbind} and {@code struct ioctl_evtchn_notify}. */
    static final int PORT = 0;

    /** Size of the largest argument. */
    static final int ARGUMENT_SIZE = 8;

    /** Size of {@code evtchn_port_t}, {@code xen/event_channel.h}. */
    static final int PORT_SIZE = 4;

    /** Ports a domain can have: EVTCHN_FIFO_NR_CHANNELS of {@code xen/event_channel.h}. */
    static final int PORTS = 1 << 17;

    /** The most ports the driver reads or writes in one call: a page of them. */
    static final int BATCH = 1024;

    private EvtchnLayout() {
    }
}
