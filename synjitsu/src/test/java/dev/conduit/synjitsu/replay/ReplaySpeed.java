package dev.conduit.synjitsu.replay;

import java.nio.ByteBuffer;
import java.util.Locale;

/** Measures translation on one core, without a link. A program, not a test; docs/synjitsu.md has what it printed. */
final class ReplaySpeed {

    private static final int ROUNDS = 5;
    private static final int SEGMENTS = 5_000_000;
    private static final int DATA = 1448;

    private ReplaySpeed() {}

    /**
     * Prints the figures.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        for (String service : new String[] {"10.9.0.10", "fd09::10"}) {
            ReplayRig rig = new ReplayRig(service);
            ByteBuffer data = direct(rig.fromGuest(DATA));
            ByteBuffer acknowledgement = direct(rig.fromClient(0));
            ByteBuffer frame = ByteBuffer.allocateDirect(2048);
            for (int round = 1; round <= ROUNDS; round++) {
                long begin = System.nanoTime();
                for (int i = 0; i < SEGMENTS; i++) {
                    rig.receive(copy(data, frame));
                    if (i % 2 == 0) {
                        rig.receive(copy(acknowledgement, frame));
                    }
                }
                double seconds = (System.nanoTime() - begin) / 1e9;
                System.out.println(String.format(Locale.ROOT,
                        "%s, round %d: %,.0f segments of %d bytes a second with half as many acknowledgements, %.1f Gb/s",
                        service, round, SEGMENTS / seconds, DATA,
                        SEGMENTS * 8.0 * DATA / seconds / 1e9));
            }
        }
    }

    private static ByteBuffer direct(ByteBuffer frame) {
        return ByteBuffer.allocateDirect(frame.limit()).put(0, frame, 0, frame.limit());
    }

    private static ByteBuffer copy(ByteBuffer from, ByteBuffer to) {
        return to.clear().put(0, from, 0, from.limit()).limit(from.limit());
    }
}
