package dev.conduit.synjitsu.layer8;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** First messages of TLS clients. */
final class Hellos {

    private Hellos() {}

    /** What the JDK sends to a host; names no host when it is null. */
    static byte[] ofJdk(String host) throws SSLException, NoSuchAlgorithmException {
        SSLContext context = SSLContext.getDefault();
        SSLEngine engine = host == null ? context.createSSLEngine() : context.createSSLEngine(host, 443);
        engine.setUseClientMode(true);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** The smallest hello, with these extensions; without the field when they are null. */
    static byte[] of(byte[] extensions) {
        ByteBuffer body = ByteBuffer.allocate(1000);
        body.putShort((short) 0x0303).put(new byte[32]).put((byte) 0).putShort((short) 2).putShort((short) 0x1301)
                .put((byte) 1).put((byte) 0);
        if (extensions != null) {
            body.putShort((short) extensions.length).put(extensions);
        }
        int length = body.position();
        return records(ByteBuffer.allocate(4 + length).putInt(1 << 24 | length).put(body.flip()).array(), length + 4);
    }

    static byte[] serverName(String host) {
        byte[] name = host.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(9 + name.length).putShort((short) 0).putShort((short) (name.length + 5))
                .putShort((short) (name.length + 3)).put((byte) 0).putShort((short) name.length).put(name).array();
    }

    /** A message in records of so many bytes each. */
    static byte[] records(byte[] message, int each) {
        ByteBuffer records = ByteBuffer.allocate(message.length * 6 + 5);
        for (int at = 0; at < message.length; at += each) {
            int length = Math.min(each, message.length - at);
            records.put((byte) 22).putShort((short) 0x0301).putShort((short) length).put(message, at, length);
        }
        return Arrays.copyOf(records.array(), records.position());
    }

    /** The message of a hello that is one record. */
    static byte[] message(byte[] record) {
        return Arrays.copyOfRange(record, 5, record.length);
    }
}
