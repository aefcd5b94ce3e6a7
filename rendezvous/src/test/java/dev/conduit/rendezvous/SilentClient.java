package dev.conduit.rendezvous;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;

/** Asks, and never attaches. */
record SilentClient(Platform platform) {

    private static final String ID = "silent";

    static SilentClient ask(Platform platform, String name) throws IOException {
        platform.xenStore().<Boolean, ConduitException>transaction(transaction -> {
            ClientTransitions.request(transaction, name, ID, platform.self(), "");
            return true;
        });
        return new SilentClient(platform);
    }

    boolean isAnswered() {
        try {
            return platform.xenStore().readString(Layout.flow(ID)).startsWith("(established ");
        } catch (XenStoreException gone) {
            return false;
        }
    }

    void die() {
        platform.close();
    }
}
