package dev.conduit.vchan;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.SharedPages;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A server made of nothing but a control page, a few ring pages and an event port. */
final class RawServer implements AutoCloseable {

    final FakeMachine machine = new FakeMachine();
    final FakePlatform serverPlatform = machine.domain(1);
    final FakePlatform clientPlatform = machine.domain(2);
    final DomainId clientId = clientPlatform.self();
    final SharedPages control;
    final SharedPages ringPages;
    final EventPort port;
    final ByteBuffer page;
    VchanChannel client;

    /** Makes a page with these orders; the grant list names the pages of one run, as many as there are. */
    RawServer(int leftOrder, int rightOrder) throws IOException {
        control = serverPlatform.share(clientId, 1, GrantAccess.READ_WRITE, false);
        ringPages = serverPlatform.share(clientId, 32, GrantAccess.READ_WRITE, false);
        port = serverPlatform.allocateUnbound(clientId);
        page = control.buffer();
        for (int i = 0; i < VchanPage.SIZE; i += 4) {
            page.putInt(i, 0);
        }
        page.putShort(VchanPage.LEFT_ORDER, (short) leftOrder);
        page.putShort(VchanPage.RIGHT_ORDER, (short) rightOrder);
        page.put(VchanPage.CLI_LIVE, (byte) 2);
        page.put(VchanPage.SRV_LIVE, (byte) 1);
        page.put(VchanPage.CLI_NOTIFY, (byte) VchanPage.NOTIFY_WRITE);
        int[] refs = ringPages.refs();
        for (int i = 0; i < refs.length; i++) {
            page.putInt(VchanPage.GRANTS + 4 * i, refs[i]);
        }
    }

    VchanChannel connect() throws IOException {
        return connect(VchanOptions.defaults());
    }

    VchanChannel connect(VchanOptions options) throws IOException {
        client = Vchan.connect(clientPlatform, serverPlatform.self(), control.refs()[0], port.number(), options);
        return client;
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        control.close();
        ringPages.close();
        port.close();
        machine.assertNothingLeft();
    }
}
