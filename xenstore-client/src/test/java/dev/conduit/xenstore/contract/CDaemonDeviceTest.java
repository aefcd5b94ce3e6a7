package dev.conduit.xenstore.contract;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.client.FakeKernel;

/** As a guest's programs reach this daemon, but with the rights of domain 0. */
class CDaemonDeviceTest extends CDaemonClientTest {

    @Override
    protected XenStoreClient connect(ClientOptions options) throws Exception {
        return FakeKernel.connect(server().socket(), options);
    }

    @Override
    protected int maximumPayload() {
        return FakeKernel.MAXIMUM_PAYLOAD;
    }
}
