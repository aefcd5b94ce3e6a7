package dev.conduit.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLoader;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What is said where a right, a device or a part of the kernel is missing; nothing stays open. */
class RightsTest {

    private static final String LACKS = " in its network namespace (EPERM): run it as root, or give it that capability";

    private final Posix real = PosixLoader.posix();
    private final Deque<Object> open = new ArrayDeque<>();

    /** The real calls, but for one, which gives a result. */
    private Posix failing(String call, Object result) {
        return (Posix) Proxy.newProxyInstance(Posix.class.getClassLoader(), new Class<?>[] {Posix.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals(call)) {
                        return result;
                    }
                    Object got = method.invoke(real, arguments);
                    if ((method.getName().equals("open") || method.getName().equals("socket")) && (int) got >= 0) {
                        open.push(got);
                    } else if (method.getName().equals("close")) {
                        open.remove(arguments[0]);
                    }
                    return got;
                });
    }

    private void requireMessage(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(PlatformException.class).hasMessage(message);
        assertThat(open).as("descriptors left open").isEmpty();
    }

    @Test
    void shouldNameWhatATapDeviceTakes() {
        requireMessage(() -> TunDevice.open(failing("open", -Errno.ENOENT), "tap9", true),
                "TAP device tap9: there is no /dev/net/tun: load the kernel module tun");
        requireMessage(() -> TunDevice.open(failing("open", -Errno.EPERM), "tap9", true),
                "TAP device tap9: /dev/net/tun: this process lacks CAP_NET_ADMIN" + LACKS);
        requireMessage(() -> TunDevice.open(openable(-Errno.EPERM), "tap9", false),
                "TUN device tap9: this process lacks CAP_NET_ADMIN" + LACKS);
    }

    /** Opens something in place of the device, so that this needs no rights itself. */
    private Posix openable(int ioctl) {
        Posix refusing = failing("ioctl", ioctl);
        return (Posix) Proxy.newProxyInstance(Posix.class.getClassLoader(), new Class<?>[] {Posix.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("open")) {
                        arguments[0] = "/dev/null";
                    }
                    return method.invoke(refusing, arguments);
                });
    }

    @Test
    void shouldNameWhatAPacketSocketTakes() {
        requireMessage(() -> PacketSocket.open(failing("setSocketOption", -Errno.EPERM), "lo"),
                "packet socket on interface lo: this process lacks CAP_NET_RAW" + LACKS);
        requireMessage(() -> PacketSocket.open(failing("bind", -Errno.ENODEV), "lo"),
                "packet socket on interface lo: ENODEV");
        requireMessage(() -> PacketSocket.open(failing("", 0), "nothere0"),
                "there is no interface nothere0 in this network namespace");
    }

    @Test
    void shouldNameWhatTcpRepairTakes() {
        TcpImage image = image("10.0.0.1", 0, 1460);
        requireMessage(() -> RepairedSocket.prepare(failing("setSocketOption", -Errno.EPERM), image),
                "connection /10.0.0.1:80 of /10.0.0.2:5000: TCP_REPAIR: this process lacks CAP_NET_ADMIN" + LACKS);
        requireMessage(() -> RepairedSocket.prepare(failing("setSocketOption", -Errno.ENOPROTOOPT), image),
                "connection /10.0.0.1:80 of /10.0.0.2:5000: this kernel has no TCP_REPAIR: "
                        + "it needs CONFIG_CHECKPOINT_RESTORE");
    }

    @Test
    void shouldNameWhatAnAddressTakes() {
        requireMessage(() -> {
            try (Rtnetlink kernel = Rtnetlink.open(failing("write", (long) -Errno.EPERM))) {
                kernel.putAddress("lo", InetAddress.getByName("192.0.2.1"), 32);
            }
        }, "address 192.0.2.1/32 on interface lo: this process lacks CAP_NET_ADMIN" + LACKS);
    }

    @Test
    void shouldRefuseWhatNoConnectionCanBe() {
        assertThatThrownBy(() -> RepairedSocket.prepare(image("fd00::1", 0, 1460)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("addresses /[fd00:0:0:0:0:0:0:1]:80 and /10.0.0.2:5000 are not of one family");
        assertThatThrownBy(() -> RepairedSocket.prepare(image("10.0.0.1", 15, 1460)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("window shift of the peer of 15 is not between -1 and 14");
        assertThatThrownBy(() -> RepairedSocket.prepare(image("10.0.0.1", 0, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("greatest segment of 0 is not between 1 and 65535");
    }

    private static TcpImage image(String local, int sendScale, int maxSegment) {
        return new TcpImage(new InetSocketAddress(local, 80), new InetSocketAddress("10.0.0.2", 5000), 1, 1, 100, 0, 100,
                100, sendScale, 0, maxSegment, false, false, 0, new byte[0]);
    }

    @Test
    void shouldRefuseNamesNoInterfaceCanHave() {
        for (String name : new String[] {"", "a name", "seventeen-letters", "a/b", "..", "tap%d"}) {
            assertThatThrownBy(() -> FrameLink.tap(name)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("'" + name + "' is no name of an interface: 1 to 15 printable ASCII characters without "
                            + "space, '/', ':' and '%'");
        }
    }
}
