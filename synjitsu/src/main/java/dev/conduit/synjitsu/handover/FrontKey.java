package dev.conduit.synjitsu.handover;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** The secret that sequence numbers and cookies come from. In XenStore, so that the next front knows those that are out. */
final class FrontKey {

    private static final String PATH = "/local/domain/0/data/synjitsu-key";
    private static final int BYTES = 32;

    private FrontKey() {}

    static byte[] get(XenStoreClient store) throws XenStoreException {
        return store.transaction(transaction -> {
            Optional<String> known = transaction.readStringOptional(PATH);
            if (known.isPresent() && known.get().matches("[0-9a-f]{" + 2 * BYTES + "}")) {
                return HexFormat.of().parseHex(known.get());
            }
            byte[] key = new byte[BYTES];
            new SecureRandom().nextBytes(key);
            // Closed before it has a value.
            transaction.write(PATH, "");
            transaction.setPermissions(PATH, StatePaths.closed());
            transaction.write(PATH, HexFormat.of().formatHex(key));
            return key;
        });
    }
}
