package dev.conduit.rendezvous.directory.config;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.LauncherProvider;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The launchers of this host, each opened when it is first wanted. Thread-safe. */
public final class Launchers implements AutoCloseable {

    private final Platform platform;
    private final Map<String, LauncherProvider> providers = new TreeMap<>();
    private final Map<String, Launcher> open = new HashMap<>();

    /**
     * Uses given providers.
     *
     * @param platform for the launchers
     * @param providers of the kinds there are
     */
    public Launchers(Platform platform, Iterable<LauncherProvider> providers) {
        this.platform = platform;
        providers.forEach(provider -> this.providers.put(provider.kind(), provider));
    }

    /**
     * Finds the providers on the class path or module path.
     *
     * @param platform for the launchers
     * @return the launchers
     */
    public static Launchers find(Platform platform) {
        return new Launchers(platform, ServiceLoader.load(LauncherProvider.class, Launchers.class.getClassLoader()));
    }

    /**
     * Returns which kinds there are, whether or not they can be opened here.
     *
     * @return sorted
     */
    public synchronized List<String> kinds() {
        return List.copyOf(providers.keySet());
    }

    /**
     * Returns a launcher, opening it when it is the first time.
     *
     * @param kind as a configuration names it
     * @return the launcher
     * @throws LaunchException when there is no such kind, or this host cannot have it
     */
    public synchronized Launcher launcher(String kind) throws LaunchException {
        Launcher launcher = open.get(kind);
        if (launcher == null) {
            LauncherProvider provider = providers.get(kind);
            if (provider == null) {
                throw new LaunchException("there is no launcher '" + kind + "'; there is "
                        + (providers.isEmpty() ? "none" : String.join(", ", providers.keySet())));
            }
            launcher = provider.open(platform);
            open.put(kind, launcher);
        }
        return launcher;
    }

    /** Closes what was opened; guests go on. */
    @Override
    public synchronized void close() {
        open.values().forEach(Launcher::close);
        open.clear();
    }
}
