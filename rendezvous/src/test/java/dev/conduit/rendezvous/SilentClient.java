package dev.conduit.rendezvous;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;

/** Asks, and never attaches. */
record SilentClient(Platform platform, String id) {

    static SilentClient ask(Platform platform, String name, String id) throws IOException {
        platform.xenStore().<Boolean, ConduitException>transaction(transaction -> {
            ClientTransitions.request(transaction, name, id, platform.self(), "");
            return true;
        });
        return new SilentClient(platform, id);
    }

    boolean isAnswered() {
        try {
            return platform.xenStore().readString(Layout.flow(id)).startsWith("(established ");
        } catch (XenStoreException gone) {
            return false;
        }
    }

    void die() {
        platform.close();
    }
}
