package dev.conduit.cli.vchan;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.vchan.Vchan;
import dev.conduit.vchan.VchanChannel;
import dev.conduit.vchan.VchanOptions;
import java.io.IOException;
import java.time.Duration;

/**
 * Makes connections to the server of one vchan.
 *
 * @param timeout longest wait for the server, each time
 */
record Connector(Platform platform, DomainId server, String path, Duration timeout) {

    /** A server in C goes on with its rings; one that was told of the end sees it within a fraction of this. */
    private static final Duration FAREWELL = Duration.ofMillis(500);

    VchanChannel connect() throws IOException {
        return Vchan.connect(platform, server, path, VchanOptions.defaults().withFarewell(FAREWELL), timeout);
    }
}
