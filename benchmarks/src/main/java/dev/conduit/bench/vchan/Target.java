package dev.conduit.bench.vchan;

/**
 * What shall be reached, and what was.
 *
 * @param what is compared
 * @param value what was reached
 * @param atLeast whether the bound is the least that is good, not the most
 * @param bound what shall be reached
 * @param met whether it was
 */
public record Target(String what, double value, boolean atLeast, double bound, boolean met) {

    static Target atLeast(String what, double value, double bound) {
        return new Target(what, value, true, bound, value >= bound);
    }

    static Target atMost(String what, double value, double bound) {
        return new Target(what, value, false, bound, value <= bound);
    }
}
