package dev.conduit.core.net;

/** Offsets and sizes in bytes of the structures of Linux's network calls, the same on x86-64 and aarch64. */
final class NetLayout {

    /** {@code struct sockaddr_in}, netinet/in.h: port and address in network order. */
    static final int SOCKADDR_FAMILY = 0;
    static final int SOCKADDR_DATA = 2;
    static final int SOCKADDR_PORT = 2;
    static final int SOCKADDR_IN_ADDR = 4;
    static final int SOCKADDR_IN_SIZE = 16;

    /** {@code struct sockaddr_in6}. */
    static final int SOCKADDR_IN6_ADDR = 8;
    static final int SOCKADDR_IN6_SCOPE = 24;
    static final int SOCKADDR_IN6_SIZE = 28;

    /** {@code struct sockaddr_ll}, linux/if_packet.h: protocol in network order. */
    static final int SOCKADDR_LL_PROTOCOL = 2;
    static final int SOCKADDR_LL_IFINDEX = 4;
    static final int SOCKADDR_LL_SIZE = 20;

    /** {@code struct packet_mreq}. */
    static final int PACKET_MREQ_IFINDEX = 0;
    static final int PACKET_MREQ_TYPE = 4;
    static final int PACKET_MREQ_SIZE = 16;

    /** {@code struct virtio_net_hdr}, linux/virtio_net.h; numbers in the machine's order. */
    static final int VNET_FLAGS = 0;
    static final int VNET_GSO_TYPE = 1;
    static final int VNET_HDR_LEN = 2;
    static final int VNET_GSO_SIZE = 4;
    static final int VNET_CSUM_START = 6;
    static final int VNET_CSUM_OFFSET = 8;
    static final int VNET_SIZE = 10;

    /** {@code struct ifreq}, linux/if.h. */
    static final int IFREQ_NAME_SIZE = 16;
    static final int IFREQ_DATA = 16;
    static final int IFREQ_SIZE = 40;

    /** {@code struct tcp_repair_opt}, linux/tcp.h. */
    static final int REPAIR_OPT_CODE = 0;
    static final int REPAIR_OPT_VAL = 4;
    static final int REPAIR_OPT_SIZE = 8;

    /** {@code struct tcp_repair_window}. */
    static final int REPAIR_WINDOW_SND_WL1 = 0;
    static final int REPAIR_WINDOW_SND_WND = 4;
    static final int REPAIR_WINDOW_MAX_WINDOW = 8;
    static final int REPAIR_WINDOW_RCV_WND = 12;
    static final int REPAIR_WINDOW_RCV_WUP = 16;
    static final int REPAIR_WINDOW_SIZE = 20;

    /** {@code struct tcp_info}, as far as it is read. */
    static final int TCP_INFO_STATE = 0;
    static final int TCP_INFO_ADVMSS = 84;
    static final int TCP_INFO_SND_WND = 228;
    static final int TCP_INFO_SIZE = 232;

    /** {@code struct nlmsghdr}, linux/netlink.h; numbers in the machine's order. */
    static final int NLMSG_LEN = 0;
    static final int NLMSG_TYPE = 4;
    static final int NLMSG_FLAGS = 6;
    static final int NLMSG_SEQ = 8;
    static final int NLMSG_SIZE = 16;

    /** {@code struct nlmsgerr}, after the header. */
    static final int NLMSGERR_ERROR = 0;
    static final int NLMSGERR_SIZE = 20;

    /** {@code struct ifaddrmsg}, linux/if_addr.h. */
    static final int IFADDR_FAMILY = 0;
    static final int IFADDR_PREFIXLEN = 1;
    static final int IFADDR_FLAGS = 2;
    static final int IFADDR_INDEX = 4;
    static final int IFADDR_SIZE = 8;

    /** {@code struct rtmsg}, linux/rtnetlink.h. */
    static final int RTMSG_FAMILY = 0;
    static final int RTMSG_DST_LEN = 1;
    static final int RTMSG_TABLE = 4;
    static final int RTMSG_PROTOCOL = 5;
    static final int RTMSG_SCOPE = 6;
    static final int RTMSG_TYPE = 7;
    static final int RTMSG_SIZE = 12;

    /** {@code struct rtattr}; each begins at a multiple of four. */
    static final int RTATTR_LEN = 0;
    static final int RTATTR_TYPE = 2;
    static final int RTATTR_SIZE = 4;

    private NetLayout() {
    }
}
