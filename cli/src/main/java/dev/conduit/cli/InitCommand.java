package dev.conduit.cli;

import dev.conduit.rendezvous.ConduitException;
import dev.conduit.rendezvous.ConduitTree;
import dev.conduit.rendezvous.steward.Steward;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code conduit init}: what the operator of a Xen host does once after each start of XenStore. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = {
            "Prepare XenStore for names: make /conduit, in which guests register. Once in dom0 after each start of"
                    + " XenStore; names that are there stay. Under oxenstored guests have no right to register themselves:"
                    + " there --serve does it for them.",
            "The server is the one at $XENSTORED_PATH, else $XENSTORED_RUNDIR/socket, else /run/xenstored/socket."
        },
        footer = "A local host needs no init: 'conduit host' does it.")
final class InitCommand implements Callable<Integer> {

    @Option(names = "--serve", description = "Then go on until interrupted, as the steward: make names and connections for"
            + " the guests that ask for them, and remove what dead domains left.")
    private boolean serve;

    @Override
    public Integer call() throws ConduitException, XenStoreException, InterruptedException {
        try (XenStoreClient store = XenStoreClients.connect()) {
            if (serve) {
                serve(store);
            } else {
                ConduitTree.prepare(store);
            }
        } catch (XenStoreException refused) {
            if (refused.is("EACCES") || refused.is("EPERM")) {
                throw new ConduitException("only dom0 may prepare XenStore for names: " + refused.getMessage(), refused);
            }
            throw refused;
        }
        return 0;
    }

    private static void serve(XenStoreClient store) throws XenStoreException, InterruptedException {
        try (Steward steward = Steward.start(store)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(steward), "conduit-stop"));
            System.err.println("conduit: steward ready, "
                    + (ConduitTree.isClosed(store) ? "guests may ask it for names" : "guests take names themselves")
                    + "; stop it with Ctrl-C");
            steward.awaitEnd();
        }
    }

    /** Being told to stop is no failure: the exit code is not that of a signal. */
    private static void stop(Steward steward) {
        if (steward.isRunning()) {
            steward.close();
            Runtime.getRuntime().halt(0);
        }
    }
}
