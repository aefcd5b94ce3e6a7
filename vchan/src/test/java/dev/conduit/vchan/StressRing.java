package dev.conduit.vchan;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The client's writing half and the server's reading half over one small piece of real memory. */
final class StressRing {

    static final int SIZE = 16;
    private static final int RING = 64;

    /** Says whether an event was sent. */
    private static final class Bell implements EventPort {
        private volatile long sent;

        @Override
        public int number() {
            return 1;
        }

        @Override
        public void send() {
            sent = 1;
        }

        @Override
        public long events() {
            return 0;
        }

        @Override
        public long await(long seen, long deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void onEvent(Runnable action) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void wakeUp() {
            // Nobody sleeps here.
        }

        @Override
        public void close() {
            // Nothing to give back.
        }
    }

    final ByteBuffer page =
            ByteBuffer.allocateDirect(256).alignedSlice(128).order(ByteOrder.nativeOrder());
    final PageWords words = new PageWords(page);
    final Link clientLink;
    final Link serverLink;
    final Producer producer;
    final Consumer consumer;
    private final Bell fromClient = new Bell();
    private final Bell fromServer = new Bell();

    /** Makes a ring with so many bytes in it. */
    StressRing(int filled, FlushPolicy flush, int threshold) {
        page.put(VchanPage.CLI_LIVE, (byte) 1).put(VchanPage.SRV_LIVE, (byte) 1);
        clientLink = new Link(null, new DomainId(1), Role.CLIENT, false, words, fromClient);
        serverLink = new Link(null, new DomainId(2), Role.SERVER, false, words, fromServer);
        try {
            producer = new Producer(clientLink, SIZE, flush, new Spin(0));
            consumer = new Consumer(serverLink, SIZE, threshold, new Spin(0));
            if (filled > 0) {
                producer.advance(filled);
                producer.publish();
                consumer.poll();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes one byte; its value is its index plus one. */
    void write() {
        int index = producer.own();
        page.put(RING + (index & SIZE - 1), (byte) (index + 1));
        producer.advance(1);
        producer.publishByPolicy();
    }

    /** How many right bytes the reader finds; -1 when one is wrong, -2 on a violation. */
    int readable() {
        try {
            int ready = consumer.poll();
            for (int i = 0; i < ready; i++) {
                int index = consumer.own() + i;
                if (page.get(RING + (index & SIZE - 1)) != (byte) (index + 1)) {
                    return -1;
                }
            }
            return ready;
        } catch (IOException e) {
            return -2;
        }
    }

    /** How many bytes the writer finds free; -2 on a violation. */
    int free() {
        try {
            return producer.poll();
        } catch (IOException e) {
            return -2;
        }
    }

    int eventFromClient() {
        return (int) fromClient.sent;
    }

    int eventFromServer() {
        return (int) fromServer.sent;
    }
}
