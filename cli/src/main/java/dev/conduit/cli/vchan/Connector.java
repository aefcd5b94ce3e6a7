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

    VchanChannel connect() throws IOException {
        return Vchan.connect(platform, server, path, VchanOptions.defaults(), timeout);
    }
}
