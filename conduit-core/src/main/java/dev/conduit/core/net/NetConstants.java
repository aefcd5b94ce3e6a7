package dev.conduit.core.net;

/** The numbers of Linux's network calls; the same on x86-64 and aarch64. Each has the name it has in its header. */
final class NetConstants {

    /** sys/socket.h. */
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;
    static final int AF_PACKET = 17;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;

    /** netinet/in.h. */
    static final int IPPROTO_TCP = 6;
    static final int IPPROTO_RAW = 255;

    /** asm/socket.h: beyond the limit of net.core.rmem_max, with CAP_NET_ADMIN. */
    static final int SO_RCVBUFFORCE = 33;

    /** linux/tcp.h. */
    static final int TCP_INFO = 11;
    static final int TCP_REPAIR = 19;
    static final int TCP_REPAIR_QUEUE = 20;
    static final int TCP_QUEUE_SEQ = 21;
    static final int TCP_REPAIR_OPTIONS = 22;
    static final int TCP_TIMESTAMP = 24;
    static final int TCP_REPAIR_WINDOW = 29;
    static final int TCP_REPAIR_ON = 1;
    static final int TCP_REPAIR_OFF = 0;
    static final int TCP_NO_QUEUE = 0;
    static final int TCP_RECV_QUEUE = 1;
    static final int TCP_SEND_QUEUE = 2;

    /** netinet/tcp.h: kinds of options, and states. */
    static final int TCPOPT_MAXSEG = 2;
    static final int TCPOPT_WINDOW = 3;
    static final int TCPOPT_SACK_PERMITTED = 4;
    static final int TCPOPT_TIMESTAMP = 8;
    static final int TCP_CLOSE = 7;
    static final int TCP_CLOSE_WAIT = 8;

    /** linux/if_ether.h, in network order as a socket takes it. */
    static final int ETH_P_ALL = 3;

    /** linux/if_packet.h. */
    static final int SOL_PACKET = 263;
    static final int PACKET_ADD_MEMBERSHIP = 1;
    static final int PACKET_MR_PROMISC = 1;
    static final int PACKET_VNET_HDR = 15;
    static final int PACKET_IGNORE_OUTGOING = 23;

    /** linux/virtio_net.h: the checksum from csum_start on is still to be completed. */
    static final int VIRTIO_NET_HDR_F_NEEDS_CSUM = 1;
    /** And how to cut what is larger than a frame. */
    static final int VIRTIO_NET_HDR_GSO_TCPV4 = 1;
    static final int VIRTIO_NET_HDR_GSO_TCPV6 = 4;

    /** linux/if_tun.h. */
    static final int IFF_TUN = 1;
    static final int IFF_TAP = 2;
    static final int IFF_NO_PI = 0x1000;
    static final long TUNSETIFF = 0x400454caL;

    /** linux/if.h and linux/sockios.h. */
    static final int IFF_UP = 1;
    static final int SIOCGIFFLAGS = 0x8913;
    static final int SIOCSIFFLAGS = 0x8914;
    static final int SIOCGIFMTU = 0x8921;
    static final int SIOCGIFHWADDR = 0x8927;
    static final int SIOCGIFINDEX = 0x8933;

    /** linux/netlink.h: messages. */
    static final int NETLINK_ROUTE = 0;
    static final short NLM_F_REQUEST = 1;
    static final short NLM_F_ACK = 4;
    static final short NLM_F_REPLACE = 0x100;
    static final short NLM_F_CREATE = 0x400;
    static final short NLMSG_ERROR = 2;

    /** linux/rtnetlink.h and linux/if_addr.h: addresses and routes. */
    static final short RTM_NEWADDR = 20;
    static final short RTM_DELADDR = 21;
    static final short RTM_NEWROUTE = 24;
    static final short IFA_ADDRESS = 1;
    static final short IFA_LOCAL = 2;
    static final byte IFA_F_NODAD = 2;
    static final short RTA_DST = 1;
    static final short RTA_OIF = 4;
    static final short RTA_PRIORITY = 6;
    static final short RTA_PREFSRC = 7;
    static final byte RT_TABLE_MAIN = (byte) 254;
    static final byte RTPROT_BOOT = 3;
    static final byte RT_SCOPE_UNIVERSE = 0;
    static final byte RT_SCOPE_LINK = (byte) 253;
    static final byte RTN_UNICAST = 1;

    /** linux/if_arp.h: the kind of interface. */
    static final short ARPHRD_ETHER = 1;

    private NetConstants() {
    }
}
