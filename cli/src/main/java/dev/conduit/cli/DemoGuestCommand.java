package dev.conduit.cli;

import dev.conduit.core.Platform;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.rendezvous.Conduit;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** One of the two guests of {@code conduit demo}; not for people. */
@Command(name = "demo-guest", hidden = true)
final class DemoGuestCommand implements Callable<Integer> {

    /** What the guest does. */
    enum Role {
        store,
        client
    }

    @Parameters(index = "0")
    private Role role;

    @Parameters(index = "1")
    private Path directory;

    @Parameters(index = "2")
    private Path file;

    @Override
    public Integer call() throws Exception {
        try (Platform platform = LocalPlatform.open(directory, role.name());
                Conduit conduit = Conduit.open(platform)) {
            if (role == Role.store) {
                new DemoStore(conduit, file).run();
            } else {
                new DemoClient(conduit, file).run();
            }
        }
        return 0;
    }
}
