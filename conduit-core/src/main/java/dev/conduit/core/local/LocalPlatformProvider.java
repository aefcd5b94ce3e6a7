package dev.conduit.core.local;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.core.PlatformProvider;
import dev.conduit.core.posix.PosixLoader;
import java.util.Map;

/**
 * The local platform for this process: part of the domain {@code CONDUIT_DOMID} when that is set, as
 * {@code conduit run} does, else a domain of its own.
 */
public final class LocalPlatformProvider implements PlatformProvider {

    static final String NAME = "local";
    private static final int PRIORITY = 10;

    private final Map<String, String> environment;

    /** For the service loader. */
    public LocalPlatformProvider() {
        this(System.getenv());
    }

    LocalPlatformProvider(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public String unavailable() {
        if (PosixLoader.unavailable() != null) {
            return PosixLoader.unavailable();
        }
        try {
            LocalPlatform.statistics(LocalDirectory.standard(environment).path());
            return null;
        } catch (PlatformException e) {
            return e.getMessage();
        }
    }

    @Override
    public Platform open() throws PlatformException {
        LocalDirectory directory = LocalDirectory.standard(environment);
        String domain = environment.getOrDefault(LocalDirectory.DOMAIN_VARIABLE, "");
        if (domain.isEmpty()) {
            return LocalPlatform.open(directory.path(), "process-" + ProcessHandle.current().pid());
        }
        try {
            return LocalPlatform.attach(directory.path(), DomainId.parse(domain));
        } catch (IllegalArgumentException e) {
            throw new PlatformException(LocalDirectory.DOMAIN_VARIABLE + ": " + e.getMessage());
        }
    }
}
