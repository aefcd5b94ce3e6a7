package dev.conduit.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Moments on a scale of time, one a line. */
final class SleepPicture {

    private static final int WIDTH = 40;

    private record Moment(String what, double millis) {}

    private final List<Moment> moments = new ArrayList<>();

    /** @param millis after the client began */
    SleepPicture at(double millis, String what) {
        moments.add(new Moment(what, millis));
        return this;
    }

    /** The lines in the order of time, on a scale to {@code most} milliseconds, so that two pictures can be compared. */
    List<String> lines(double most) {
        return moments.stream().sorted(Comparator.comparingDouble(Moment::millis)).map(moment -> {
            int column = (int) Math.round(Math.min(1, Math.max(0, moment.millis() / most)) * WIDTH);
            return String.format(Locale.ROOT, "%9.1f ms  %s%s%s  %s", moment.millis(), ".".repeat(column), "|",
                    " ".repeat(WIDTH - column), moment.what());
        }).toList();
    }

    double last() {
        return moments.stream().mapToDouble(Moment::millis).max().orElse(0);
    }
}
