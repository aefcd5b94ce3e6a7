package dev.conduit.cli.directory;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code PORT}, {@code HOST:PORT} or {@code [IPV6]:PORT}. */
final class HostAndPort implements ITypeConverter<InetSocketAddress> {

    private static final Pattern FORM = Pattern.compile("(?:(?:\\[([^]]+)]|([^:]+)):)?([0-9]{1,5})");
    private static final int MOST = 65535;

    @Override
    public InetSocketAddress convert(String value) {
        Matcher matcher = FORM.matcher(value);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > MOST) {
            throw new TypeConversionException("'" + value + "' is not [HOST:]PORT with a port up to " + MOST);
        }
        int port = Integer.parseInt(matcher.group(3));
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        try {
            return host == null ? new InetSocketAddress(port) : new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException unknown) {
            throw new TypeConversionException("host '" + host + "' is not known");
        }
    }

    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
