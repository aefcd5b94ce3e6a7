package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitRefusedException;
import dev.conduit.rendezvous.RefusalReason;
import dev.conduit.rendezvous.layout.ConduitNames;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Names that domains of this host have, as XenStore knows them: {@code www} itself, and {@code www.xen} for each
 * suffix. Where the host has a directory, also those that nobody has: it knows whether they sleep, and connecting wakes
 * them. Never cached: asking costs some ten microseconds, and the answer is true when it is given.
 */
public final class XenStoreResolver implements Resolver {

    private final Conduit conduit;
    private final List<String> suffixes;

    /**
     * Creates the resolver.
     *
     * @param conduit whose host is meant
     * @param suffixes domains whose names are names of this host, such as {@code xen}; without leading dots
     * @throws IllegalArgumentException when one is not a possible host name
     */
    public XenStoreResolver(Conduit conduit, Set<String> suffixes) {
        this.conduit = conduit;
        this.suffixes = suffixes.stream()
                .map(suffix -> "." + new Target(suffix, 0, Transport.ANY).host().toLowerCase(Locale.ROOT)).toList();
    }

    /**
     * {@inheritDoc}
     *
     * @throws ConduitRefusedException when the name's node was forged or its domain is dead
     */
    @Override
    public Resolution resolve(Target target, Duration timeout) throws IOException {
        Optional<String> name = name(target.host());
        if (name.isEmpty() || target.transport() != Transport.ANY && target.transport() != Transport.CONDUIT) {
            return Resolution.UNKNOWN;
        }
        try {
            conduit.whoHas(name.get());
        } catch (ConduitRefusedException refused) {
            boolean nobody = refused.reason() == RefusalReason.NO_SUCH_NAME;
            boolean maySleep = nobody || refused.reason() == RefusalReason.OWNER_DEAD;
            if (!maySleep || !conduit.hasDirectory()) {
                if (nobody) {
                    return Resolution.UNKNOWN;
                }
                throw refused;
            }
        }
        return new Resolution(List.of(new Endpoint.OnHost(name.get())), Duration.ZERO);
    }

    /** The conduit a host name stands for, if any; its letters are kept, since names differ by capitals. */
    Optional<String> name(String host) {
        String bare = host.replaceFirst("\\.$", "");
        String lower = bare.toLowerCase(Locale.ROOT);
        String cut = suffixes.stream().filter(lower::endsWith).findFirst()
                .map(suffix -> bare.substring(0, bare.length() - suffix.length())).orElse(bare);
        return ConduitNames.isName(cut) && !cut.equals(ConduitNames.FLOWS) ? Optional.of(cut) : Optional.empty();
    }
}
