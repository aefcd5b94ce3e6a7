package dev.conduit.rendezvous.dns;

import java.net.InetAddress;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Server cookies (RFC 7873, in the form of RFC 9018): who brings back the one it was given gets replies at the address it
 * asks from, so nobody asks in its name. Each is good for an hour. The secret is a new one each day, and that of the day
 * before still counts. Thread-safe.
 */
final class Cookies {

    /** A client's cookie alone, and with ours. */
    static final int CLIENT = 8;
    static final int WHOLE = 24;
    /** Of all servers' cookies, the longest. */
    static final int LONGEST = 40;

    private static final int VERSION = 1;
    private static final int TIMESTAMP = 12;
    private static final int HASH = 16;
    private static final long GOOD_SECONDS = 3600;
    /** What the clock of another server with the same secret may be ahead. */
    private static final long AHEAD_SECONDS = 300;
    private static final long SECRET_SECONDS = 86_400;

    private final Supplier<byte[]> secrets;
    private final LongSupplier seconds;
    private volatile Secret secret;

    private record Secret(SipHash hash, long since, SipHash before) {}

    /**
     * Makes cookies.
     *
     * @param secrets gives secrets of 16 bytes
     * @param seconds the time since 1970
     */
    Cookies(Supplier<byte[]> secrets, LongSupplier seconds) {
        this.secrets = secrets;
        this.seconds = seconds;
        SipHash first = new SipHash(secrets.get());
        secret = new Secret(first, seconds.getAsLong(), first);
    }

    /** Whether a cookie is one that was given to this client. */
    boolean isGood(byte[] from, int at, int length, InetAddress client) {
        if (length != WHOLE || from[at + CLIENT] != VERSION) {
            return false;
        }
        int age = (int) seconds.getAsLong() - (int) Wire.u32(from, at + TIMESTAMP);
        if (age > GOOD_SECONDS || age < -AHEAD_SECONDS) {
            return false;
        }
        byte[] hashed = hashed(from, at, client);
        long given = Long.reverseBytes(Wire.u32(from, at + HASH) << 32 | Wire.u32(from, at + HASH + 4));
        Secret known = secret;
        return known.hash().hash(hashed, hashed.length) == given || known.before().hash(hashed, hashed.length) == given;
    }

    /** Writes a fresh one behind the client's, which stands at the place already. */
    void give(byte[] to, int at, InetAddress client) {
        long now = seconds.getAsLong();
        Wire.put32(to, at + CLIENT, (long) VERSION << 24);
        Wire.put32(to, at + TIMESTAMP, now);
        byte[] hashed = hashed(to, at, client);
        long hash = Long.reverseBytes(current(now).hash(hashed, hashed.length));
        Wire.put32(to, at + HASH, hash >>> 32);
        Wire.put32(to, at + HASH + 4, hash);
    }

    private SipHash current(long now) {
        if (now - secret.since() >= SECRET_SECONDS) {
            synchronized (this) {
                if (now - secret.since() >= SECRET_SECONDS) {
                    secret = new Secret(new SipHash(secrets.get()), now, secret.hash());
                }
            }
        }
        return secret.hash();
    }

    private static byte[] hashed(byte[] cookie, int at, InetAddress client) {
        byte[] address = client.getAddress();
        byte[] hashed = new byte[HASH + address.length];
        System.arraycopy(cookie, at, hashed, 0, HASH);
        System.arraycopy(address, 0, hashed, HASH, address.length);
        return hashed;
    }
}
