package dev.conduit.synjitsu.layer8;

import dev.conduit.synjitsu.layer8.Wish.Protocol;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The first message of a TLS client (RFC 8446, 4.1.2 and 5.1; of earlier versions as well) with the server name in it
 * (RFC 6066, 3). The message may be cut into records anywhere.
 */
final class ClientHello {

    /** Content type of a record, its first byte. */
    static final byte HANDSHAKE = 22;
    private static final int MAJOR = 3;
    private static final int MAX_RECORD = 1 << 14;
    private static final int RECORD_HEADER = 5;

    private static final int CLIENT_HELLO = 1;
    private static final int MESSAGE_HEADER = 4;
    /** Version and random. */
    private static final int FIXED = 34;
    private static final int MAX_SESSION_ID = 32;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;

    private ClientHello() {}

    static Wish read(ByteBuffer records) {
        ByteBuffer message = ByteBuffer.allocate(records.remaining());
        ByteBuffer left = records.duplicate();
        while (left.hasRemaining()) {
            if (left.get(left.position()) != HANDSHAKE || left.remaining() > 1 && left.get(left.position() + 1) != MAJOR) {
                return Wish.broken(Protocol.TLS);
            }
            if (left.remaining() < RECORD_HEADER) {
                break;
            }
            int length = left.getShort(left.position() + RECORD_HEADER - Short.BYTES) & 0xffff;
            if (length == 0 || length > MAX_RECORD) {
                return Wish.broken(Protocol.TLS);
            }
            left.position(left.position() + RECORD_HEADER);
            int here = Math.min(length, left.remaining());
            message.put(message.position(), left, left.position(), here).position(message.position() + here);
            left.position(left.position() + here);
            Wish wish = message(message.duplicate().flip());
            if (wish.state() != Wish.State.UNDECIDED) {
                return wish;
            }
        }
        return Wish.undecided(Protocol.TLS);
    }

    private static Wish message(ByteBuffer message) {
        if (message.hasRemaining() && message.get(0) != CLIENT_HELLO) {
            return Wish.broken(Protocol.TLS);
        }
        if (message.remaining() < MESSAGE_HEADER) {
            return Wish.undecided(Protocol.TLS);
        }
        int length = message.getInt() & 0xff_ffff;
        if (length > Wish.MAX_BYTES) {
            return Wish.broken(Protocol.TLS);
        }
        if (message.remaining() < length) {
            return Wish.undecided(Protocol.TLS);
        }
        try {
            return body(message.limit(message.position() + length));
        } catch (BufferUnderflowException | IllegalArgumentException wrong) {
            return Wish.broken(Protocol.TLS);
        }
    }

    private static Wish body(ByteBuffer hello) {
        hello.position(hello.position() + FIXED);
        require(vector(hello, hello.get() & 0xff).remaining() <= MAX_SESSION_ID);
        require(vector(hello, hello.getShort() & 0xffff).remaining() >= Short.BYTES);
        require(vector(hello, hello.get() & 0xff).hasRemaining());
        if (!hello.hasRemaining()) {
            return Wish.nameless(Protocol.TLS);
        }
        ByteBuffer extensions = vector(hello, hello.getShort() & 0xffff);
        require(!hello.hasRemaining());
        Wish wish = null;
        while (extensions.hasRemaining()) {
            int type = extensions.getShort();
            ByteBuffer extension = vector(extensions, extensions.getShort() & 0xffff);
            if (type == SERVER_NAME) {
                require(wish == null);
                wish = serverName(extension);
            }
        }
        return wish == null ? Wish.nameless(Protocol.TLS) : wish;
    }

    private static Wish serverName(ByteBuffer extension) {
        ByteBuffer list = vector(extension, extension.getShort() & 0xffff);
        require(list.hasRemaining() && !extension.hasRemaining());
        String host = null;
        while (list.hasRemaining()) {
            int type = list.get();
            ByteBuffer name = vector(list, list.getShort() & 0xffff);
            require(name.hasRemaining());
            if (type == HOST_NAME) {
                require(host == null);
                host = StandardCharsets.ISO_8859_1.decode(name).toString();
            }
        }
        return host == null ? Wish.nameless(Protocol.TLS) : Wish.named(Protocol.TLS, host);
    }

    /** Takes so many bytes off. */
    private static ByteBuffer vector(ByteBuffer from, int length) {
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer vector = from.slice(from.position(), length);
        from.position(from.position() + length);
        return vector;
    }

    private static void require(boolean allowed) {
        if (!allowed) {
            throw new IllegalArgumentException("not allowed in a ClientHello");
        }
    }
}
