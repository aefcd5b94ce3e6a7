package dev.conduit.synjitsu.socket;

import java.time.Duration;

/**
 * Bounds of a socket front.
 *
 * @param within longest wait of a client for the service, from when it was accepted; then it gets a RST
 * @param carried connections carried at a time; each has two threads
 * @param waiting more connections that wait, each without a thread; those beyond get a RST at once
 * @param proxyHeader whether the service is told the client's address by the PROXY protocol, version 2
 */
public record SocketFrontOptions(Duration within, int carried, int waiting, boolean proxyHeader) {

    /**
     * Checks the bounds.
     *
     * @param within positive
     * @param carried 1 to 10,000
     * @param waiting 1 to 100,000
     * @param proxyHeader whether
     * @throws IllegalArgumentException when one is out of range
     */
    public SocketFrontOptions {
        check("carried", carried, 10_000);
        check("waiting", waiting, 100_000);
        if (within.isNegative() || within.isZero()) {
            throw new IllegalArgumentException("within " + within + " is not positive");
        }
    }

    private static void check(String what, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + " " + value + " is not between 1 and " + most);
        }
    }

    /**
     * Returns 60 s, 512 carried, 10,000 waiting, no header.
     *
     * @return the defaults
     */
    public static SocketFrontOptions defaults() {
        return new SocketFrontOptions(Duration.ofSeconds(60), 512, 10_000, false);
    }

    /**
     * Returns the same with another longest wait.
     *
     * @param longest positive
     * @return options
     */
    public SocketFrontOptions withWithin(Duration longest) {
        return new SocketFrontOptions(longest, carried, waiting, proxyHeader);
    }

    /**
     * Returns the same with or without the PROXY protocol's header.
     *
     * @param header whether
     * @return options
     */
    public SocketFrontOptions withProxyHeader(boolean header) {
        return new SocketFrontOptions(within, carried, waiting, header);
    }
}
