package dev.conduit.core.net;

import dev.conduit.core.posix.HeaderAudit;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every number and offset of the network calls against the headers of Linux. */
class NetAuditTest {

    @TempDir
    Path directory;

    @Test
    void shouldAgreeWithTheHeadersOnSockets() throws Exception {
        new HeaderAudit("sys/socket.h", "netinet/in.h", "asm/socket.h")
                .value("AF_INET", NetConstants.AF_INET)
                .value("AF_INET6", NetConstants.AF_INET6)
                .value("AF_NETLINK", NetConstants.AF_NETLINK)
                .value("AF_PACKET", NetConstants.AF_PACKET)
                .value("SOCK_DGRAM", NetConstants.SOCK_DGRAM)
                .value("SOCK_RAW", NetConstants.SOCK_RAW)
                .value("IPPROTO_TCP", NetConstants.IPPROTO_TCP)
                .value("IPPROTO_RAW", NetConstants.IPPROTO_RAW)
                .value("SO_RCVBUFFORCE", NetConstants.SO_RCVBUFFORCE)
                .offset("struct sockaddr_in", "sin_family", NetLayout.SOCKADDR_FAMILY)
                .offset("struct sockaddr_in", "sin_port", NetLayout.SOCKADDR_PORT)
                .offset("struct sockaddr_in", "sin_addr", NetLayout.SOCKADDR_IN_ADDR)
                .size("struct sockaddr_in", NetLayout.SOCKADDR_IN_SIZE)
                .offset("struct sockaddr_in6", "sin6_family", NetLayout.SOCKADDR_FAMILY)
                .offset("struct sockaddr_in6", "sin6_port", NetLayout.SOCKADDR_PORT)
                .offset("struct sockaddr_in6", "sin6_addr", NetLayout.SOCKADDR_IN6_ADDR)
                .offset("struct sockaddr_in6", "sin6_scope_id", NetLayout.SOCKADDR_IN6_SCOPE)
                .size("struct sockaddr_in6", NetLayout.SOCKADDR_IN6_SIZE)
                .verify(directory);
    }

    @Test
    void shouldAgreeWithTheHeadersOnTcp() throws Exception {
        new HeaderAudit("linux/tcp.h")
                .value("TCP_INFO", NetConstants.TCP_INFO)
                .value("TCP_REPAIR", NetConstants.TCP_REPAIR)
                .value("TCP_REPAIR_QUEUE", NetConstants.TCP_REPAIR_QUEUE)
                .value("TCP_QUEUE_SEQ", NetConstants.TCP_QUEUE_SEQ)
                .value("TCP_REPAIR_OPTIONS", NetConstants.TCP_REPAIR_OPTIONS)
                .value("TCP_TIMESTAMP", NetConstants.TCP_TIMESTAMP)
                .value("TCP_REPAIR_WINDOW", NetConstants.TCP_REPAIR_WINDOW)
                .value("TCP_REPAIR_ON", NetConstants.TCP_REPAIR_ON)
                .value("TCP_REPAIR_OFF", NetConstants.TCP_REPAIR_OFF)
                .value("TCP_NO_QUEUE", NetConstants.TCP_NO_QUEUE)
                .value("TCP_RECV_QUEUE", NetConstants.TCP_RECV_QUEUE)
                .value("TCP_SEND_QUEUE", NetConstants.TCP_SEND_QUEUE)
                .offset("struct tcp_repair_opt", "opt_code", NetLayout.REPAIR_OPT_CODE)
                .offset("struct tcp_repair_opt", "opt_val", NetLayout.REPAIR_OPT_VAL)
                .size("struct tcp_repair_opt", NetLayout.REPAIR_OPT_SIZE)
                .offset("struct tcp_repair_window", "snd_wl1", NetLayout.REPAIR_WINDOW_SND_WL1)
                .offset("struct tcp_repair_window", "snd_wnd", NetLayout.REPAIR_WINDOW_SND_WND)
                .offset("struct tcp_repair_window", "max_window", NetLayout.REPAIR_WINDOW_MAX_WINDOW)
                .offset("struct tcp_repair_window", "rcv_wnd", NetLayout.REPAIR_WINDOW_RCV_WND)
                .offset("struct tcp_repair_window", "rcv_wup", NetLayout.REPAIR_WINDOW_RCV_WUP)
                .size("struct tcp_repair_window", NetLayout.REPAIR_WINDOW_SIZE)
                .offset("struct tcp_info", "tcpi_state", NetLayout.TCP_INFO_STATE)
                .offset("struct tcp_info", "tcpi_advmss", NetLayout.TCP_INFO_ADVMSS)
                .offset("struct tcp_info", "tcpi_snd_wnd", NetLayout.TCP_INFO_SND_WND)
                .value("offsetof(struct tcp_info, tcpi_snd_wnd) + sizeof(__u32)", NetLayout.TCP_INFO_SIZE)
                .verify(directory);
    }

    @Test
    void shouldAgreeWithTheCLibraryOnTcpOptionsAndStates() throws Exception {
        new HeaderAudit("netinet/tcp.h")
                .value("TCPOPT_MAXSEG", NetConstants.TCPOPT_MAXSEG)
                .value("TCPOPT_WINDOW", NetConstants.TCPOPT_WINDOW)
                .value("TCPOPT_SACK_PERMITTED", NetConstants.TCPOPT_SACK_PERMITTED)
                .value("TCPOPT_TIMESTAMP", NetConstants.TCPOPT_TIMESTAMP)
                .value("TCP_CLOSE", NetConstants.TCP_CLOSE)
                .value("TCP_CLOSE_WAIT", NetConstants.TCP_CLOSE_WAIT)
                .verify(directory);
    }

    @Test
    void shouldAgreeWithTheHeadersOnLinks() throws Exception {
        new HeaderAudit("sys/socket.h", "sys/ioctl.h", "linux/if.h", "linux/if_arp.h", "linux/if_ether.h", "linux/if_packet.h", "linux/if_tun.h",
                "linux/sockios.h", "linux/virtio_net.h")
                .value("ETH_P_ALL", NetConstants.ETH_P_ALL)
                .value("SOL_PACKET", NetConstants.SOL_PACKET)
                .value("PACKET_ADD_MEMBERSHIP", NetConstants.PACKET_ADD_MEMBERSHIP)
                .value("PACKET_MR_PROMISC", NetConstants.PACKET_MR_PROMISC)
                .value("PACKET_VNET_HDR", NetConstants.PACKET_VNET_HDR)
                .value("PACKET_IGNORE_OUTGOING", NetConstants.PACKET_IGNORE_OUTGOING)
                .value("VIRTIO_NET_HDR_F_NEEDS_CSUM", NetConstants.VIRTIO_NET_HDR_F_NEEDS_CSUM)
                .value("IFF_TUN", NetConstants.IFF_TUN)
                .value("IFF_TAP", NetConstants.IFF_TAP)
                .value("IFF_NO_PI", NetConstants.IFF_NO_PI)
                .value("TUNSETIFF", NetConstants.TUNSETIFF)
                .value("IFF_UP", NetConstants.IFF_UP)
                .value("SIOCGIFFLAGS", NetConstants.SIOCGIFFLAGS)
                .value("SIOCSIFFLAGS", NetConstants.SIOCSIFFLAGS)
                .offset("struct sockaddr_ll", "sll_family", NetLayout.SOCKADDR_FAMILY)
                .offset("struct sockaddr_ll", "sll_protocol", NetLayout.SOCKADDR_LL_PROTOCOL)
                .offset("struct sockaddr_ll", "sll_ifindex", NetLayout.SOCKADDR_LL_IFINDEX)
                .size("struct sockaddr_ll", NetLayout.SOCKADDR_LL_SIZE)
                .offset("struct packet_mreq", "mr_ifindex", NetLayout.PACKET_MREQ_IFINDEX)
                .offset("struct packet_mreq", "mr_type", NetLayout.PACKET_MREQ_TYPE)
                .size("struct packet_mreq", NetLayout.PACKET_MREQ_SIZE)
                .offset("struct virtio_net_hdr", "flags", NetLayout.VNET_FLAGS)
                .value("VIRTIO_NET_HDR_GSO_TCPV4", NetConstants.VIRTIO_NET_HDR_GSO_TCPV4)
                .value("VIRTIO_NET_HDR_GSO_TCPV6", NetConstants.VIRTIO_NET_HDR_GSO_TCPV6)
                .offset("struct virtio_net_hdr", "gso_type", NetLayout.VNET_GSO_TYPE)
                .offset("struct virtio_net_hdr", "hdr_len", NetLayout.VNET_HDR_LEN)
                .offset("struct virtio_net_hdr", "gso_size", NetLayout.VNET_GSO_SIZE)
                .offset("struct virtio_net_hdr", "csum_start", NetLayout.VNET_CSUM_START)
                .offset("struct virtio_net_hdr", "csum_offset", NetLayout.VNET_CSUM_OFFSET)
                .size("struct virtio_net_hdr", NetLayout.VNET_SIZE)
                .value("IFNAMSIZ", NetLayout.IFREQ_NAME_SIZE)
                .value("SIOCGIFMTU", NetConstants.SIOCGIFMTU)
                .value("SIOCGIFHWADDR", NetConstants.SIOCGIFHWADDR)
                .value("SIOCGIFINDEX", NetConstants.SIOCGIFINDEX)
                .value("ARPHRD_ETHER", NetConstants.ARPHRD_ETHER)
                .offset("struct ifreq", "ifr_flags", NetLayout.IFREQ_DATA)
                .offset("struct ifreq", "ifr_mtu", NetLayout.IFREQ_DATA)
                .offset("struct ifreq", "ifr_ifindex", NetLayout.IFREQ_DATA)
                .offset("struct ifreq", "ifr_hwaddr", NetLayout.IFREQ_DATA)
                .offset("struct sockaddr", "sa_data", NetLayout.SOCKADDR_DATA)
                .size("struct ifreq", NetLayout.IFREQ_SIZE)
                .verify(directory);
    }

    @Test
    void shouldAgreeWithTheHeadersOnRtnetlink() throws Exception {
        new HeaderAudit("linux/netlink.h", "linux/rtnetlink.h", "linux/if_addr.h")
                .value("NETLINK_ROUTE", NetConstants.NETLINK_ROUTE)
                .value("NLM_F_REQUEST", NetConstants.NLM_F_REQUEST)
                .value("NLM_F_ACK", NetConstants.NLM_F_ACK)
                .value("NLM_F_REPLACE", NetConstants.NLM_F_REPLACE)
                .value("NLM_F_CREATE", NetConstants.NLM_F_CREATE)
                .value("NLMSG_ERROR", NetConstants.NLMSG_ERROR)
                .value("RTM_NEWADDR", NetConstants.RTM_NEWADDR)
                .value("RTM_DELADDR", NetConstants.RTM_DELADDR)
                .value("RTM_NEWROUTE", NetConstants.RTM_NEWROUTE)
                .value("IFA_ADDRESS", NetConstants.IFA_ADDRESS)
                .value("IFA_LOCAL", NetConstants.IFA_LOCAL)
                .value("IFA_F_NODAD", NetConstants.IFA_F_NODAD)
                .value("RTA_DST", NetConstants.RTA_DST)
                .value("RTA_OIF", NetConstants.RTA_OIF)
                .value("RTA_PRIORITY", NetConstants.RTA_PRIORITY)
                .value("RTA_PREFSRC", NetConstants.RTA_PREFSRC)
                .value("RT_TABLE_MAIN", NetConstants.RT_TABLE_MAIN & 0xff)
                .value("RT_SCOPE_LINK", NetConstants.RT_SCOPE_LINK & 0xff)
                .value("RTPROT_BOOT", NetConstants.RTPROT_BOOT)
                .value("RT_SCOPE_UNIVERSE", NetConstants.RT_SCOPE_UNIVERSE)
                .value("RTN_UNICAST", NetConstants.RTN_UNICAST)
                .offset("struct nlmsghdr", "nlmsg_len", NetLayout.NLMSG_LEN)
                .offset("struct nlmsghdr", "nlmsg_type", NetLayout.NLMSG_TYPE)
                .offset("struct nlmsghdr", "nlmsg_flags", NetLayout.NLMSG_FLAGS)
                .offset("struct nlmsghdr", "nlmsg_seq", NetLayout.NLMSG_SEQ)
                .size("struct nlmsghdr", NetLayout.NLMSG_SIZE)
                .offset("struct nlmsgerr", "error", NetLayout.NLMSGERR_ERROR)
                .size("struct nlmsgerr", NetLayout.NLMSGERR_SIZE)
                .offset("struct ifaddrmsg", "ifa_family", NetLayout.IFADDR_FAMILY)
                .offset("struct ifaddrmsg", "ifa_prefixlen", NetLayout.IFADDR_PREFIXLEN)
                .offset("struct ifaddrmsg", "ifa_flags", NetLayout.IFADDR_FLAGS)
                .offset("struct ifaddrmsg", "ifa_index", NetLayout.IFADDR_INDEX)
                .size("struct ifaddrmsg", NetLayout.IFADDR_SIZE)
                .offset("struct rtmsg", "rtm_family", NetLayout.RTMSG_FAMILY)
                .offset("struct rtmsg", "rtm_dst_len", NetLayout.RTMSG_DST_LEN)
                .offset("struct rtmsg", "rtm_table", NetLayout.RTMSG_TABLE)
                .offset("struct rtmsg", "rtm_protocol", NetLayout.RTMSG_PROTOCOL)
                .offset("struct rtmsg", "rtm_scope", NetLayout.RTMSG_SCOPE)
                .offset("struct rtmsg", "rtm_type", NetLayout.RTMSG_TYPE)
                .size("struct rtmsg", NetLayout.RTMSG_SIZE)
                .offset("struct rtattr", "rta_len", NetLayout.RTATTR_LEN)
                .offset("struct rtattr", "rta_type", NetLayout.RTATTR_TYPE)
                .size("struct rtattr", NetLayout.RTATTR_SIZE)
                .value("RTA_ALIGNTO", Integer.BYTES)
                .verify(directory);
    }
}
