package dev.conduit.rendezvous.steward;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventChannels;
import dev.conduit.core.GrantTable;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.xenstore.XenStoreClient;

/** A domain of the local platform, but with another XenStore, in which it has the same number. */
public record GuestPlatform(Platform local, XenStoreClient xenStore) implements Platform {

    @Override
    public String name() {
        return local.name();
    }

    @Override
    public DomainId self() {
        return local.self();
    }

    @Override
    public GrantTable grants() {
        return local.grants();
    }

    @Override
    public EventChannels events() {
        return local.events();
    }

    @Override
    public boolean isAlive(DomainId domain) throws PlatformException {
        return local.isAlive(domain);
    }

    @Override
    public void close() {
        local.close();
    }
}
