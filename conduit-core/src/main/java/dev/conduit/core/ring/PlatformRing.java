package dev.conduit.core.ring;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventChannels;
import dev.conduit.core.EventPort;
import dev.conduit.core.PageRegion;
import dev.conduit.core.PlatformException;
import dev.conduit.xenstore.server.ServerRing;
import java.nio.ByteBuffer;

/** One guest's page, mapped, and its port, once bound. */
final class PlatformRing implements ServerRing {

    private final PlatformRings rings;
    private final EventChannels events;
    private final DomainId guest;
    private final PageRegion page;
    private volatile Listener listener;
    private volatile EventPort port;

    PlatformRing(PlatformRings rings, EventChannels events, DomainId guest, PageRegion page) {
        this.rings = rings;
        this.events = events;
        this.guest = guest;
        this.page = page;
    }

    DomainId guest() {
        return guest;
    }

    @Override
    public ByteBuffer page() {
        return page.buffer();
    }

    @Override
    public void bind(int remotePort, Listener newListener) throws PlatformException {
        listener = newListener;
        rings.add(this);
        port = events.bind(guest, remotePort);
        port.onEvent(() -> {
            newListener.event();
            rings.wakeUp();
        });
    }

    void tellGone() {
        listener.gone();
        rings.wakeUp();
    }

    @Override
    public void notifyPeer() throws PlatformException {
        port.send();
    }

    @Override
    public void close() {
        rings.remove(this);
        if (port != null) {
            port.close();
        }
        page.close();
    }
}
