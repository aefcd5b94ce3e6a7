package dev.conduit.rendezvous.resolver;

import java.net.URI;
import java.util.Locale;

/**
 * What somebody wants to reach: a name or address, perhaps a port, and how.
 *
 * @param host a name of labels of 1 to 63 characters {@code A-Z a-z 0-9 - _}, or an IP address without brackets; at
 *     most 253 characters
 * @param port 1 to 65535, or 0 when none is asked for: the service's records say it
 * @param transport how it may be reached
 */
public record Target(String host, int port, Transport transport) {

    private static final int LONGEST_HOST = 253;
    private static final int LONGEST_LABEL = 63;
    private static final int LONGEST_SHOWN = 100;

    /**
     * Checks everything.
     *
     * @param host a name or an address
     * @param port 0 to 65535
     * @param transport how
     * @throws IllegalArgumentException when something is out of its range; the message says what
     */
    public Target {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not 1 to 65535");
        }
        requireHost(host);
    }

    /**
     * Reads a URI: {@code conduit://name}, {@code tcp://host:port}, {@code tls://host:port}, {@code http://host},
     * {@code https://host}. Without a scheme it is any way to {@code host} or {@code host:port}. The path of an HTTP
     * URI is left to who speaks HTTP.
     *
     * @param uri which
     * @return the target
     * @throws IllegalArgumentException when it is none of these; one line with the text and what is wrong
     */
    public static Target of(URI uri) {
        return parse(uri.toString());
    }

    /**
     * As {@link #of}, for a text; takes what is no URI in Java, such as {@code 10.9.0.10:80}.
     *
     * @param text what a user typed
     * @return the target
     * @throws IllegalArgumentException when it is none of the forms; one line with the text and what is wrong
     */
    public static Target parse(String text) {
        try {
            int mark = text.indexOf("://");
            String scheme = mark < 0 ? "" : text.substring(0, mark).toLowerCase(Locale.ROOT);
            String rest = mark < 0 ? text : text.substring(mark + 3);
            if (mark < 0 && rest.startsWith("//")) {
                rest = rest.substring(2);
            }
            return switch (scheme) {
                case "" -> authority(bare(rest), 0, Transport.ANY);
                case "conduit" -> onlyName(authority(bare(rest), 0, Transport.CONDUIT));
                case "tcp" -> withPort(authority(bare(rest), 0, Transport.TCP));
                case "tls" -> withPort(authority(bare(rest), 0, Transport.TLS));
                case "http" -> authority(beforePath(rest), 80, Transport.ANY);
                case "https" -> authority(beforePath(rest), 443, Transport.TLS);
                default -> throw new IllegalArgumentException("its scheme is not one of conduit, unix, tcp, tls,"
                        + " http, https");
            };
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("cannot connect to '" + shown(text) + "': " + wrong.getMessage());
        }
    }

    private static Target onlyName(Target target) {
        if (target.port != 0) {
            throw new IllegalArgumentException("a conduit has no port, and " + target.port + " was given");
        }
        return target;
    }

    private static Target withPort(Target target) {
        if (target.port == 0) {
            throw new IllegalArgumentException("a port is missing");
        }
        return target;
    }

    private static String bare(String rest) {
        String authority = beforePath(rest);
        String path = rest.substring(authority.length());
        if (!path.isEmpty() && !path.equals("/")) {
            throw new IllegalArgumentException("a path means nothing here: '" + shown(path) + "'");
        }
        return authority;
    }

    private static String beforePath(String rest) {
        for (int i = 0; i < rest.length(); i++) {
            if ("/?#".indexOf(rest.charAt(i)) >= 0) {
                return rest.substring(0, i);
            }
        }
        return rest;
    }

    private static Target authority(String text, int standardPort, Transport transport) {
        int close = text.lastIndexOf(']');
        int colon = text.indexOf(':', close + 1);
        String host = colon < 0 ? text : text.substring(0, colon);
        int port = colon < 0 ? standardPort : port(text.substring(colon + 1));
        if (host.startsWith("[") && host.endsWith("]")) {
            String literal = host.substring(1, host.length() - 1);
            if (!literal.contains(":")) {
                throw new IllegalArgumentException("'" + shown(host) + "' is no IPv6 address");
            }
            return new Target(literal, port, transport);
        }
        return new Target(host, port, transport);
    }

    private static int port(String digits) {
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) == 0) {
            throw new IllegalArgumentException("port '" + shown(digits) + "' is not 1 to 65535");
        }
        return Integer.parseInt(digits);
    }

    private static void requireHost(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (name.isEmpty() || name.length() > LONGEST_HOST) {
            throw new IllegalArgumentException("host '" + shown(host) + "' has " + name.length()
                    + " characters, not 1 to " + LONGEST_HOST);
        }
        if (name.indexOf(':') >= 0) {
            IpLiteral.parse(name).orElseThrow(() ->
                    new IllegalArgumentException("host '" + shown(host) + "' is no IPv6 address"));
            return;
        }
        for (String label : name.split("\\.", -1)) {
            if (!label.matches("[A-Za-z0-9_-]{1," + LONGEST_LABEL + "}")) {
                throw new IllegalArgumentException("host '" + shown(host) + "' has the part '" + shown(label)
                        + "', which is not 1 to " + LONGEST_LABEL + " characters of A-Z a-z 0-9 - _");
            }
        }
    }

    /** Keeps a message to one short line, whatever the input. */
    static String shown(String text) {
        String cut = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
        return cut.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** As a user would type it. */
    @Override
    public String toString() {
        String scheme = transport == Transport.ANY ? "" : transport.name().toLowerCase(Locale.ROOT) + "://";
        return scheme + (host.contains(":") ? "[" + host + "]" : host) + (port == 0 ? "" : ":" + port);
    }
}
