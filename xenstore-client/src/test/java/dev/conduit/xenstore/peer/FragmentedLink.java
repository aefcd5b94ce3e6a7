package dev.conduit.xenstore.peer;

import dev.conduit.xenstore.wire.Message;
import java.util.Arrays;
import java.util.Random;

/** Sends in pieces of a few bytes, cut anywhere. */
final class FragmentedLink implements Link {

    private static final int LONGEST = 40;

    private final Link link;
    private final Random random;

    FragmentedLink(Link link, long seed) {
        this.link = link;
        random = new Random(seed);
    }

    @Override
    public void send(byte[] bytes) {
        for (int from = 0, to; from < bytes.length; from = to) {
            to = Math.min(bytes.length, from + 1 + random.nextInt(LONGEST));
            link.send(Arrays.copyOfRange(bytes, from, to));
        }
    }

    @Override
    public Message receive() {
        return link.receive();
    }

    @Override
    public void close() {
        link.close();
    }
}
