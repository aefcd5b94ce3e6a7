package dev.conduit.testbed.platform;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Numbered lines between two domains, through a node of each in XenStore that the other may read. */
final class Letterbox {

    private static final String FOLDER = "/data/platform/";

    private final Platform platform;
    private final DomainId other;
    private final String outgoing;
    private final String incoming;

    /** A line and its number. */
    record Letter(long number, String text) {

        private static Letter parse(String value) {
            int space = value.indexOf(' ');
            return new Letter(Long.parseLong(value.substring(0, space)), value.substring(space + 1));
        }
    }

    Letterbox(Platform platform, DomainId other, String outgoing, String incoming) {
        this.platform = platform;
        this.other = other;
        this.outgoing = "/local/domain/" + platform.self() + FOLDER + other + "/" + outgoing;
        this.incoming = "/local/domain/" + other + FOLDER + platform.self() + "/" + incoming;
    }

    /** The number of the last line that was sent, also by an earlier process; 0 when there is none. */
    long lastSent() throws XenStoreException {
        return platform.xenStore().readStringOptional(outgoing).map(value -> Letter.parse(value).number()).orElse(0L);
    }

    void send(long number, String text) throws XenStoreException {
        platform.xenStore().write(outgoing, number + " " + text);
        platform.xenStore().setPermissions(outgoing,
                List.of(new Permission(Permission.Access.NONE, platform.self().value()),
                        new Permission(Permission.Access.READ, other.value())));
    }

    /** Waits for a line with a higher number; empty when none came in time. */
    Optional<Letter> receive(long after, Duration patience) throws XenStoreException, InterruptedException {
        try {
            return Optional.of(platform.xenStore().waitFor(store -> newer(store, after), patience));
        } catch (TimeoutException e) {
            return Optional.empty();
        }
    }

    private Letter newer(XenStoreOperations store, long after) throws XenStoreException {
        try {
            return store.readStringOptional(incoming).map(Letter::parse).filter(letter -> letter.number() > after)
                    .orElse(null);
        } catch (XenStoreException e) {
            // Written, but not yet readable by this domain: that comes next, and is an event as well.
            if (e.error().equals("EACCES")) {
                return null;
            }
            throw e;
        }
    }
}
