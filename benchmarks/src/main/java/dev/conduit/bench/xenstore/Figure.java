package dev.conduit.bench.xenstore;

/**
 * One result.
 *
 * @param condition how the server was loaded meanwhile
 * @param work what was done
 * @param server which server did it
 * @param unit of the numbers
 * @param median of the repetitions
 * @param low smallest of the repetitions
 * @param high largest of the repetitions
 */
public record Figure(
        String condition, String work, String server, String unit, double median, double low, double high) {
}
