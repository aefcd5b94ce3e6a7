package dev.conduit.bench.vchan;

import dev.conduit.rendezvous.ConduitConnection;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The zero-copy calls of a conduit. */
final class ConduitViews implements Views {

    private final ConduitConnection channel;

    ConduitViews(ConduitConnection channel) {
        this.channel = channel;
    }

    @Override
    public ByteBuffer reserve(int atLeast) throws IOException {
        return channel.reserve(atLeast, ConduitMeeting.LIMIT);
    }

    @Override
    public void commit(int count) throws IOException {
        channel.commit(count);
    }

    @Override
    public ByteBuffer peek(int atLeast) throws IOException {
        ByteBuffer view = channel.peek(atLeast, ConduitMeeting.LIMIT);
        if (view == null) {
            throw new EOFException("peer closed in the middle of the messages");
        }
        return view;
    }

    @Override
    public void release(int count) throws IOException {
        channel.release(count);
    }

    @Override
    public long events() {
        return channel.statistics().eventsSent();
    }

    @Override
    public void close() {
        channel.close();
    }
}
