package dev.conduit.vchan;

import java.util.ArrayList;
import java.util.List;

/** Notes the steps of a {@link FakeMachine} and its store in their order, and lets one of them fail. */
final class Faults {

    private final List<String> steps = new ArrayList<>();
    private int stepsLeft = -1;
    private boolean happened;

    /** Lets the n-th step from now on fail; 0 is the next. */
    synchronized void failAfter(int count) {
        stepsLeft = count;
        happened = false;
    }

    /** From now on nothing fails. */
    synchronized void disarm() {
        stepsLeft = -1;
    }

    /** True when this step is the one to fail. */
    synchronized boolean now(String step) {
        note(step);
        boolean fails = stepsLeft >= 0 && stepsLeft-- == 0;
        happened |= fails;
        return fails;
    }

    /** A step that cannot fail. */
    synchronized void note(String step) {
        steps.add(step);
    }

    /** The steps since the last call of this. */
    synchronized List<String> steps() {
        List<String> result = List.copyOf(steps);
        steps.clear();
        return result;
    }

    /** Whether the step that was to fail was reached. */
    synchronized boolean happened() {
        return happened;
    }
}
