package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;

/** Has a name and a queue, and never answers. */
record SilentServer(Platform platform) {

    static SilentServer listen(Platform platform, String name) throws java.io.IOException {
        platform.xenStore().<Boolean, ConduitException>transaction(transaction -> {
            NameTransitions.claim(transaction, name, platform.self());
            NameTransitions.openQueue(transaction, name, platform.self());
            return true;
        });
        return new SilentServer(platform);
    }

    DomainId domain() {
        return platform.self();
    }

    void die() {
        platform.close();
    }
}
