package dev.conduit.xenstore.fuzz;

import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Spoils messages: inside their frames, or the frames themselves. */
final class Mutator {

    private static final String[] SNIPPETS = {"\0", "/", "//", "@", "\0\0", "4294967295", "-1", "65535", "32757",
        "/local/domain/", "T\0", "n5\0", "\u00ff", " ", "99999999999999999999"};

    private final Random random;
    private byte[] earlier = {};

    Mutator(Random random) {
        this.random = random;
    }

    /** Another message, in a frame that is right. */
    Message spoil(Message message) {
        int type = message.type();
        int transaction = message.transactionId();
        byte[] payload = message.payload();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            switch (random.nextInt(12)) {
                case 0 -> type = random.nextInt(30);
                case 1 -> type = random.nextInt();
                case 2 -> transaction = random.nextBoolean() ? random.nextInt() : random.nextInt(5);
                case 3 -> payload = splice(payload, earlier);
                default -> payload = spoil(payload);
            }
        }
        earlier = message.payload();
        // CONTROL writes files and logs, of any name: only what cannot is sent.
        boolean harmless = type != Operation.CONTROL.code() || Arrays.equals(payload, message.payload());
        return new Message(harmless ? type : Operation.READ.code(), message.requestId(), transaction, payload);
    }

    private byte[] spoil(byte[] payload) {
        int at = random.nextInt(payload.length + 1);
        switch (random.nextInt(6)) {
            case 0:
                return Arrays.copyOf(payload, at);
            case 1:
                return insert(payload, at, SNIPPETS[random.nextInt(SNIPPETS.length)]);
            case 2:
                return Arrays.copyOf(payload, Math.min(WireHeader.PAYLOAD_MAX, payload.length + random.nextInt(4096)));
            case 3:
                return insert(payload, at, "/a".repeat(random.nextInt(1500)));
            case 4:
                return splice(payload, payload);
            default:
                byte[] changed = payload.clone();
                if (at < changed.length) {
                    changed[at] = (byte) random.nextInt();
                }
                return changed;
        }
    }

    private byte[] insert(byte[] payload, int at, String text) {
        byte[] more = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[] changed = Arrays.copyOf(payload, payload.length + more.length);
        System.arraycopy(more, 0, changed, at, more.length);
        System.arraycopy(payload, at, changed, at + more.length, payload.length - at);
        return bounded(changed);
    }

    private byte[] splice(byte[] head, byte[] tail) {
        int cut = random.nextInt(head.length + 1);
        int from = random.nextInt(tail.length + 1);
        byte[] changed = Arrays.copyOf(head, cut + tail.length - from);
        System.arraycopy(tail, from, changed, cut, tail.length - from);
        return bounded(changed);
    }

    private static byte[] bounded(byte[] payload) {
        return payload.length > WireHeader.PAYLOAD_MAX ? Arrays.copyOf(payload, WireHeader.PAYLOAD_MAX) : payload;
    }

    /** Bytes that need not be messages any more. */
    byte[] spoilFrame(byte[] bytes) {
        if (random.nextInt(4) == 0) {
            byte[] noise = new byte[random.nextInt(100)];
            random.nextBytes(noise);
            return noise;
        }
        byte[] changed = bytes.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(random.nextBoolean() ? WireHeader.SIZE : changed.length);
            changed[at] = (byte) (random.nextBoolean() ? changed[at] ^ 1 << random.nextInt(8) : random.nextInt());
        }
        return random.nextInt(3) == 0 ? Arrays.copyOf(changed, random.nextInt(changed.length)) : changed;
    }
}
