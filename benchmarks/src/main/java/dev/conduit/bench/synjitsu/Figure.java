package dev.conduit.bench.synjitsu;

/**
 * One result.
 *
 * @param what was measured
 * @param unit of the numbers
 * @param count how often
 * @param median of all
 * @param low the smallest
 * @param high the largest
 */
public record Figure(String what, String unit, int count, double median, double low, double high) {
}
