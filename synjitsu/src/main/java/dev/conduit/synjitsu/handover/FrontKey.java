package dev.conduit.synjitsu.handover;

import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret that sequence numbers and cookies come from. In XenStore, so that the next front knows those that are out. */
final class FrontKey {

    private static final String PATH = "/local/domain/0/data/synjitsu-key";
    private static final int BYTES = 32;
    private static final String HMAC = "HmacSHA256";
    /** The first byte of addresses that are locally administered and a single station's. */
    private static final int LOCAL = 0x02;

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

    /** The front's address on a link: that of the front before it, so that neighbours need not learn another one. */
    static MacAddress mac(XenStoreClient store, String link) throws XenStoreException {
        try {
            Mac hash = Mac.getInstance(HMAC);
            hash.init(new SecretKeySpec(get(store), HMAC));
            byte[] bytes = hash.doFinal(("mac " + link).getBytes(StandardCharsets.UTF_8));
            bytes[0] = LOCAL;
            return new MacAddress(ByteBuffer.wrap(bytes).getLong() >>> Short.SIZE);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
