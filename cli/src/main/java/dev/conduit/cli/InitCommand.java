package dev.conduit.cli;

import dev.conduit.rendezvous.ConduitException;
import dev.conduit.rendezvous.ConduitTree;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code conduit init}: what the operator of a Xen host does once after each start of XenStore. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = {
            "Prepare XenStore for names: make /conduit, in which guests register. Once in dom0 after each start of"
                    + " XenStore; names that are there stay.",
            "The server is the one at $XENSTORED_PATH, else $XENSTORED_RUNDIR/socket, else /run/xenstored/socket."
        },
        footer = "A local host needs no init: 'conduit host' does it.")
final class InitCommand implements Callable<Integer> {

    @Override
    public Integer call() throws ConduitException, XenStoreException {
        try (XenStoreClient store = XenStoreClients.connect()) {
            ConduitTree.prepare(store);
        } catch (XenStoreException refused) {
            if (refused.is("EACCES") || refused.is("EPERM")) {
                throw new ConduitException("only dom0 may prepare XenStore for names: " + refused.getMessage(), refused);
            }
            throw refused;
        }
        return 0;
    }
}
