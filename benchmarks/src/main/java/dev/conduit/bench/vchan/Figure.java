package dev.conduit.bench.vchan;

/**
 * One result.
 *
 * @param row what moved the messages
 * @param measure what was measured, with its unit
 * @param median of the repetitions
 * @param lowest of the repetitions
 * @param highest of the repetitions
 */
public record Figure(String row, String measure, double median, double lowest, double highest) {}
