package dev.conduit.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
/** Chooses the platform of this process. */
public final class Platforms {

    private Platforms() {}

    /**
     * Opens the platform of highest priority that is available: Xen in a Xen guest, else the local one.
     *
     * @return the open platform
     * @throws PlatformException when there is none; the message has every provider's reason
     */
    public static Platform open() throws PlatformException {
        List<PlatformProvider> providers = new ArrayList<>();
        ServiceLoader.load(PlatformProvider.class, Platforms.class.getClassLoader()).forEach(providers::add);
        return choose(providers).open();
    }

    /** The available one of highest priority; when there is none, the message has every reason. */
    static PlatformProvider choose(List<PlatformProvider> providers) throws PlatformException {
        List<PlatformProvider> ranked = new ArrayList<>(providers);
        ranked.sort(Comparator.comparingInt(PlatformProvider::priority).reversed()
                .thenComparing(PlatformProvider::name));
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
}
