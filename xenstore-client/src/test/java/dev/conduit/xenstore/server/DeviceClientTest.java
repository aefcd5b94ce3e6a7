package dev.conduit.xenstore.server;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.client.FakeKernel;

/** Over the device of a Linux guest. */
class DeviceClientTest extends ClientContractTest {

    @Override
    XenStoreClient connect(int domain, ClientOptions options) throws Exception {
        return FakeKernel.connect(server.socket(domain), options);
    }

    @Override
    protected int maximumPayload() {
        return FakeKernel.MAXIMUM_PAYLOAD;
    }
}
