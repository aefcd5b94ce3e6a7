package dev.conduit.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Chooses the platform of this process: the one the environment variable {@value #VARIABLE} names, or else the available
 * one of highest priority, Xen in a Xen guest and the local one elsewhere.
 */
public final class Platforms {

    /** The environment variable that names a platform, {@code xen} or {@code local}; empty is as not set. */
    public static final String VARIABLE = "CONDUIT_PLATFORM";

    private Platforms() {}

    /**
     * Opens the chosen platform.
     *
     * @return the open platform
     * @throws PlatformException when there is none; the message has every provider's reason
     */
    public static Platform open() throws PlatformException {
        return provider().open();
    }

    /**
     * Returns who would open the chosen platform.
     *
     * @return an available provider
     * @throws PlatformException when there is none; the message has every provider's reason
     */
    public static PlatformProvider provider() throws PlatformException {
        List<PlatformProvider> providers = new ArrayList<>();
        ServiceLoader.load(PlatformProvider.class, Platforms.class.getClassLoader()).forEach(providers::add);
        return choose(providers, System.getenv().getOrDefault(VARIABLE, ""));
    }

    /** The one named, or with an empty name the available one of highest priority; the message has every reason. */
    static PlatformProvider choose(List<PlatformProvider> providers, String name) throws PlatformException {
        List<PlatformProvider> ranked = new ArrayList<>(providers);
        ranked.sort(Comparator.comparingInt(PlatformProvider::priority).reversed()
                .thenComparing(PlatformProvider::name));
        if (!name.isEmpty()) {
            return named(ranked, name);
        }
        StringBuilder reasons = new StringBuilder();
        for (PlatformProvider provider : ranked) {
            String reason = provider.unavailable();
            if (reason == null) {
                return provider;
            }
            reasons.append("; ").append(provider.name()).append(": ").append(reason);
        }
        throw new PlatformException("no platform is available"
                + (ranked.isEmpty() ? "; no provider is on the class path or module path" : reasons));
    }

    private static PlatformProvider named(List<PlatformProvider> ranked, String name) throws PlatformException {
        for (PlatformProvider provider : ranked) {
            if (provider.name().equals(name)) {
                String reason = provider.unavailable();
                if (reason != null) {
                    throw new PlatformException("platform " + name + ", chosen by " + VARIABLE
                            + ", is not available: " + reason);
                }
                return provider;
            }
        }
        throw new PlatformException(VARIABLE + " is '" + name + "'; it can be "
                + String.join(" or ", ranked.stream().map(PlatformProvider::name).toList()));
    }
}
