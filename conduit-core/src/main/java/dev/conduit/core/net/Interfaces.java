package dev.conduit.core.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.conduit.core.PlatformException;
import java.net.NetworkInterface;
import java.net.SocketException;

/** Interfaces by their names. */
final class Interfaces {

    private static final int NAME_MAX = NetLayout.IFREQ_NAME_SIZE - 1;

    private Interfaces() {
    }

    /** The name in the bytes a {@code struct ifreq} takes. */
    static byte[] encode(String name) {
        if (!name.matches("[!-~&&[^/:%]]{1," + NAME_MAX + "}") || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("'" + name + "' is no name of an interface: 1 to " + NAME_MAX
                    + " printable ASCII characters without space, '/', ':' and '%'");
        }
        return name.getBytes(US_ASCII);
    }

    static NetworkInterface find(String name) throws PlatformException {
        try {
            NetworkInterface device = NetworkInterface.getByName(name);
            if (device == null) {
                throw new PlatformException("there is no interface " + name + " in this network namespace");
            }
            return device;
        } catch (SocketException failed) {
            throw new PlatformException("interface " + name + ": " + failed.getMessage(), failed);
        }
    }
}
