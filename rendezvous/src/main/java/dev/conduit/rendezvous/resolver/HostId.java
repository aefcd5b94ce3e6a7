package dev.conduit.rendezvous.resolver;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a host is called among the hosts of a site: a DNS label, different for each. It stands in XenStore, where only
 * dom0 can write it and all domains can read it, so that a client can tell its own host in the records of a name.
 */
public final class HostId {

    /** Where it stands. Guests can make nothing below {@code /tool}. */
    public static final String PATH = "/tool/conduit/host";

    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

    private HostId() {}

    /**
     * Checks a host id.
     *
     * @param text 1 to 63 letters, digits and hyphens, no hyphen at an end; capitals make no difference
     * @return the id in small letters
     * @throws IllegalArgumentException when it is none
     */
    public static String check(String text) {
        String id = text.toLowerCase(Locale.ROOT);
        if (!id.matches(LABEL)) {
            throw new IllegalArgumentException("host id '" + Target.shown(text)
                    + "' is not 1 to 63 letters, digits and hyphens with no hyphen at an end");
        }
        return id;
    }

    /**
     * Announces this host's id to its domains. Only dom0 may.
     *
     * @param store XenStore with dom0's rights
     * @param id the id
     * @throws XenStoreException when XenStore refuses
     * @throws IllegalArgumentException when it is none
     */
    public static void announce(XenStoreClient store, String id) throws XenStoreException {
        String checked = check(id);
        store.<Boolean, XenStoreException>transaction(transaction -> {
            transaction.write(PATH, checked);
            transaction.setPermissions(PATH, List.of(new Permission(Permission.Access.READ, 0)));
            return true;
        });
    }

    /**
     * Finds this host's id.
     *
     * @param store XenStore with any domain's rights
     * @return the id, or empty when dom0 announced none
     * @throws XenStoreException when XenStore fails
     */
    public static Optional<String> find(XenStoreOperations store) throws XenStoreException {
        try {
            return store.readOptional(PATH).map(value -> new String(value, StandardCharsets.ISO_8859_1))
                    .filter(text -> text.matches(LABEL));
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                return Optional.empty();
            }
            throw refused;
        }
    }
}
