package dev.conduit.vchan;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventChannels;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.GrantTable;
import dev.conduit.core.PageRegion;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.core.SharedPages;
import dev.conduit.xenstore.XenStoreClient;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One domain of a {@link FakeMachine}. */
final class FakePlatform implements Platform, GrantTable, EventChannels {

    private final FakeMachine machine;
    private final DomainId self;

    FakePlatform(FakeMachine machine, DomainId self) {
        this.machine = machine;
        this.self = self;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public DomainId self() {
        return self;
    }

    @Override
    public GrantTable grants() {
        return this;
    }

    @Override
    public EventChannels events() {
        return this;
    }

    @Override
    public XenStoreClient xenStore() {
        return machine.store;
    }

    @Override
    public boolean isAlive(DomainId domain) {
        return machine.alive(domain.value());
    }

    @Override
    public SharedPages share(DomainId peer, int pages, GrantAccess access, boolean mirrored)
            throws PlatformException {
        machine.failIfAsked("share of " + pages + " " + access);
        ByteBuffer run = FakeMachine.pages(pages);
        int[] refs = machine.grant(self.value(), peer.value(), access, run);
        return new FakeRegion(machine, self.value(), run, refs);
    }

    @Override
    public PageRegion map(DomainId owner, int[] refs, GrantAccess access, boolean mirrored)
            throws PlatformException {
        machine.failIfAsked("map of " + refs.length + " " + access);
        ByteBuffer run = null;
        int first = 0;
        for (int i = 0; i < refs.length; i++) {
            FakeMachine.Grant grant = machine.granted(refs[i]);
            if (grant == null || grant.owner() != owner.value() || grant.peer() != self.value()) {
                throw new PlatformException("grant " + refs[i] + " of domain " + owner + " is not for domain " + self);
            }
            if (access == GrantAccess.READ_WRITE && grant.access() == GrantAccess.READ_ONLY) {
                throw new PlatformException("grant " + refs[i] + " is read-only");
            }
            if (i == 0) {
                run = grant.run();
                first = grant.index();
            } else if (grant.run() != run || grant.index() != first + i) {
                throw new PlatformException("grant " + refs[i] + " does not follow the one before in memory");
            }
        }
        ByteBuffer view = run.slice(first * FakeMachine.PAGE, refs.length * FakeMachine.PAGE);
        if (access == GrantAccess.READ_ONLY) {
            view = view.asReadOnlyBuffer();
        }
        return new FakeRegion(machine, self.value(), view.order(ByteOrder.nativeOrder()), new int[0]);
    }

    @Override
    public EventPort allocateUnbound(DomainId peer) throws PlatformException {
        machine.failIfAsked("unbound port");
        return machine.newPort(self.value(), peer.value());
    }

    @Override
    public EventPort bind(DomainId peer, int remotePort) throws PlatformException {
        machine.failIfAsked("bind");
        FakePort remote = machine.port(remotePort);
        if (remote == null || remote.domain() != peer.value() || remote.peerDomain() != self.value()) {
            throw new PlatformException("port " + remotePort + " of domain " + peer + " is not for domain " + self);
        }
        return remote.bind(self.value());
    }

    @Override
    public void close() {
        machine.kill(self.value(), false);
    }
}
