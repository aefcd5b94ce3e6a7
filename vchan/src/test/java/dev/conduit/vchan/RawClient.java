package dev.conduit.vchan;

import dev.conduit.core.EventPort;
import dev.conduit.core.PlatformException;
import java.nio.ByteBuffer;

/** A client made of nothing but the control page and an event port: it does exactly what a test tells it. */
final class RawClient implements AutoCloseable {

    final Pair pair;
    final ByteBuffer page;
    final EventPort port;

    /** Connects as libxenvchan does. */
    RawClient(VchanOptions options) throws Exception {
        pair = new Pair(options);
        page = pair.page();
        port = pair.clientPlatform.events().bind(pair.serverPlatform.self(), pair.listener.eventChannel());
        page.put(VchanPage.CLI_LIVE, (byte) 1);
        page.put(VchanPage.SRV_NOTIFY, (byte) VchanPage.NOTIFY_WRITE);
        port.send();
    }

    /** With a ring of 1024 bytes to the server, and one of 2048 back. */
    static RawClient small() throws Exception {
        return new RawClient(VchanOptions.defaults().withRings(1024, 2048));
    }

    VchanChannel server() {
        return pair.server;
    }

    int word(int offset) {
        return page.getInt(offset);
    }

    void set(int offset, int value) throws PlatformException {
        page.putInt(offset, value);
        port.send();
    }

    void setByte(int offset, int value) throws PlatformException {
        page.put(offset, (byte) value);
        port.send();
    }

    @Override
    public void close() {
        port.close();
        pair.close();
    }
}
