package dev.conduit.vchan;

/** Lets one step fail, among those that a {@link FakeMachine} and its store count. */
final class Faults {

    private int stepsLeft = -1;
    private boolean happened;

    /** Lets the n-th step from now on fail; 0 is the next. */
    synchronized void failAfter(int steps) {
        stepsLeft = steps;
        happened = false;
    }

    /** From now on nothing fails. */
    synchronized void disarm() {
        stepsLeft = -1;
    }

    /** True when this step is the one to fail. */
    synchronized boolean now() {
        boolean fails = stepsLeft >= 0 && stepsLeft-- == 0;
        happened |= fails;
        return fails;
    }

    /** Whether the step that was to fail was reached. */
    synchronized boolean happened() {
        return happened;
    }
}
