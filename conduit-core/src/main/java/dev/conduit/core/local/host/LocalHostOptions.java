package dev.conduit.core.local.host;

import dev.conduit.core.local.LocalDirectory;
import dev.conduit.xenstore.server.ServerOptions;
import java.nio.file.Path;
import java.util.Objects;

/**
 * How a local host is set up. Immutable; each {@code with} gives a changed copy.
 *
 * @param directory the folder with its sockets
 * @param xenStore quotas of its XenStore server
 */
public record LocalHostOptions(LocalDirectory directory, ServerOptions xenStore) {

    /**
     * Checks that nothing is missing.
     *
     * @param directory the folder with its sockets
     * @param xenStore quotas of its XenStore server
     */
    public LocalHostOptions {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(xenStore, "xenStore");
    }

    /**
     * Returns the standard folder with the standard quotas.
     *
     * @return the defaults
     */
    public static LocalHostOptions standard() {
        return new LocalHostOptions(LocalDirectory.standard(), ServerOptions.defaults());
    }

    /**
     * Sets the folder.
     *
     * @param path the folder, made when it is missing
     * @return changed options
     */
    public LocalHostOptions withDirectory(Path path) {
        return new LocalHostOptions(new LocalDirectory(path), xenStore);
    }

    /**
     * Sets the quotas of XenStore.
     *
     * @param options the quotas
     * @return changed options
     */
    public LocalHostOptions withXenStore(ServerOptions options) {
        return new LocalHostOptions(directory, options);
    }
}
