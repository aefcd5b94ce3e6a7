package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.server.store.StoreError;
import dev.conduit.xenstore.wire.ErrorCode;
import dev.conduit.xenstore.wire.Payload;
import java.util.List;

/** CONTROL: administration by the privileged domain. */
final class ControlRequests implements RequestHandler {

    private final Store store;

    ControlRequests(Store store) {
        this.store = store;
    }

    @Override
    public byte[] handle(Request request) throws StoreError {
        request.requirePrivilege();
        List<String> arguments = request.strings(1, Integer.MAX_VALUE);
        switch (arguments.get(0)) {
            case "help":
                return Payload.strings("check\nhelp\n");
            case "check":
                if (!store.consistent()) {
                    throw StoreError.of(ErrorCode.EIO);
                }
                return OK;
            default:
                throw StoreError.of(ErrorCode.EINVAL);
        }
    }
}
