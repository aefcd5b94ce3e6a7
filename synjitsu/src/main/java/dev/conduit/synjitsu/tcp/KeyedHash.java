package dev.conduit.synjitsu.tcp;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 of a connection's addresses and ports: what nobody can foresee who lacks the key. For one thread. */
final class KeyedHash {

    static final int LEAST_KEY = 16;

    private final Mac mac;
    private final ByteBuffer input = ByteBuffer.allocate(4 * Long.BYTES + 4 * Integer.BYTES);
    private final ByteBuffer output = ByteBuffer.allocate(32);

    KeyedHash(byte[] key) {
        if (key.length < LEAST_KEY) {
            throw new IllegalArgumentException("secret key of " + key.length + " bytes: at least " + LEAST_KEY + " are needed");
        }
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Valid until the next call. */
    ByteBuffer of(int purpose, ConnectionKey key, int extra) {
        input.clear().putLong(key.local().high()).putLong(key.local().low());
        input.putLong(key.remote().high()).putLong(key.remote().low());
        input.putInt(key.localPort()).putInt(key.remotePort()).putInt(purpose).putInt(extra);
        mac.update(input.array());
        try {
            mac.doFinal(output.array(), 0);
        } catch (GeneralSecurityException thereIsRoom) {
            throw new IllegalStateException(thereIsRoom);
        }
        return output;
    }
}
