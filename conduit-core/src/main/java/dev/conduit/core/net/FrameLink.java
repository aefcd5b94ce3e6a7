package dev.conduit.core.net;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.PosixLoader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Sends and receives Ethernet frames, or IP packets, past the kernel's own protocols: through a TAP or TUN device, or on
 * an interface that exists.
 *
 * <p>Checksums of received frames are complete, also where the sender was a kernel of this machine that left them to a
 * network card that is none (veth, bridge, vif). Frames of such senders may be larger than the {@link #mtu}, up to
 * {@link #MAX_FRAME}: a kernel cuts TCP data into segments as late as it can. VLAN tags are not told.
 *
 * <p>Thread-safe; nothing is allocated per frame. One thread reads or waits at a time, others before it. Closing wakes
 * who waits.
 */
public interface FrameLink extends Closeable {

    /** The most bytes of one frame: an IP packet of 65535 bytes with an Ethernet header. */
    int MAX_FRAME = 65_535 + 14;

    /**
     * Opens a TAP device: Ethernet frames; what the kernel sends out of the interface is received here, what is sent
     * here comes in through the interface. Makes the device when there is none of that name, for as long as it is open;
     * attaches to one that {@code ip tuntap add} made, and leaves that behind. Sets the interface up. Needs
     * CAP_NET_ADMIN, or the device to be this user's and up.
     *
     * @param name of the interface, 1 to 15 characters
     * @return the link
     * @throws PlatformException when it cannot be had; says what is missing
     * @throws IllegalArgumentException when it can be no interface's name
     */
    static FrameLink tap(String name) throws PlatformException {
        return TunDevice.open(PosixLoader.posix(), name, true);
    }

    /**
     * Opens a TUN device: IP packets without Ethernet headers, otherwise as {@link #tap}.
     *
     * @param name of the interface, 1 to 15 characters
     * @return the link
     * @throws PlatformException when it cannot be had; says what is missing
     * @throws IllegalArgumentException when it can be no interface's name
     */
    static FrameLink tun(String name) throws PlatformException {
        return TunDevice.open(PosixLoader.posix(), name, false);
    }

    /**
     * Takes part in the traffic of an interface, for example a bridge or a vif: receives every frame that comes in
     * there, whoever it is for, and sends out of it (AF_PACKET). What this machine itself sends out of the interface is
     * not received, and what is sent here is not seen by this machine: programs of the host that owns a bridge are
     * reached through a TAP device that is a port of it. The kernel handles received frames, too. Needs CAP_NET_RAW.
     *
     * @param name of an interface that is there and up, 1 to 15 characters
     * @return the link
     * @throws PlatformException when it cannot be had; says what is missing
     * @throws IllegalArgumentException when it can be no interface's name
     */
    static FrameLink on(String name) throws PlatformException {
        return PacketSocket.open(PosixLoader.posix(), name);
    }

    /**
     * Takes the next frame, without waiting.
     *
     * @param into with room for {@link #MAX_FRAME}; the frame is put at its position
     * @return bytes, 0 when there is no frame
     * @throws IllegalArgumentException when there is less room
     * @throws java.nio.channels.ClosedChannelException when this is closed
     * @throws IOException when the interface is gone or down; it may come back
     */
    int receive(ByteBuffer into) throws IOException;

    /**
     * Sends a frame, without waiting. On an interface ({@link #on}), TCP that is larger than the MTU is cut into segments,
     * so that what was received can be passed on.
     *
     * @param frame at most {@link #mtu} bytes and the Ethernet header; its position is moved to its limit when it is
     *     sent, else not
     * @return false when the frame is dropped: too long for the interface, which is down, or its queue full
     * @throws java.nio.channels.ClosedChannelException when this is closed
     * @throws IOException when it is longer than {@link #MAX_FRAME} or no frame, or the interface is gone
     */
    boolean send(ByteBuffer frame) throws IOException;

    /**
     * Waits for frames.
     *
     * @param deadline a {@link System#nanoTime()} value
     * @return true when a frame may be there; false when time is up or {@link #wakeUp} was called
     * @throws java.nio.channels.ClosedChannelException when this is closed, also while waiting
     * @throws IOException when waiting is impossible
     */
    boolean await(long deadline) throws IOException;

    /** Has the thread that waits, or the next that begins to, go on. Any thread may call it. */
    void wakeUp();

    /**
     * Returns the Ethernet address of the interface. It is the kernel's: who answers for other addresses, behind a TAP
     * device or on a bridge, needs one of its own.
     *
     * @return 6 bytes; none when there is no Ethernet
     */
    byte[] mac();

    /**
     * Returns the largest IP packet the interface takes, as it was when this was opened.
     *
     * @return bytes
     */
    int mtu();

    @Override
    void close();
}
