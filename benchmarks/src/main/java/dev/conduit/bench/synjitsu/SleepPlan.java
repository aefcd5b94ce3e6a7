package dev.conduit.bench.synjitsu;

import java.util.List;
import java.util.stream.Stream;

/**
 * What is measured with a service that sleeps.
 *
 * @param client namespace of the client
 * @param guest namespace of the guest
 * @param most most repetitions with one boot time
 * @param transfers of each kind of connection, after each first repetition
 * @param bytes of a transfer
 * @param syns of the flood
 * @param boots boot times, milliseconds
 */
record SleepPlan(String client, String guest, int most, int transfers, long bytes, int syns, List<Integer> boots) {

    private static final int ENOUGH_MILLIS = 3000;

    /** As {@link #words}. */
    static SleepPlan parse(String... words) {
        return new SleepPlan(words[0], words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]),
                Long.parseLong(words[4]), Integer.parseInt(words[5]), Stream.of(words[6].split(",")).map(Integer::valueOf).toList());
    }

    List<String> words() {
        return List.of(client, guest, Integer.toString(most), Integer.toString(transfers), Long.toString(bytes),
                Integer.toString(syns), String.join(",", boots.stream().map(String::valueOf).toList()));
    }

    /** Long boots are not repeated as often. */
    int repetitions(int boot) {
        return Math.max(1, Math.min(most, ENOUGH_MILLIS / boot));
    }
}
