package dev.conduit.cli;

import java.util.List;
import java.util.function.Consumer;

/** How the demo's client gets the page of the service that sleeps. */
final class SleepCurl {

    static final String KEPT = "SYN-ACK; the request is sent, and kept";
    /** What curl says beside the page: until it was connected, until the first byte, in all; seconds. */
    private static final String TIMES = "%{time_connect} %{time_starttransfer} %{time_total}";

    private SleepCurl() {}

    static List<String> command(String url) {
        return List.of("curl", "-sS", "--noproxy", "*", "--max-time", "60", "-w", TIMES, url);
    }

    /**
     * What curl said, also into the picture.
     *
     * @param offset when it began, milliseconds on the picture's scale
     * @param connection what the moment is called at which it was connected
     * @return whether it had the page
     */
    static boolean describe(String said, SleepPicture picture, double offset, String url, String connection,
            Consumer<String> say) {
        boolean good = said.startsWith(DemoWwwCommand.PAGE);
        String[] times = said.substring(said.lastIndexOf('\n') + 1).split(" ");
        double connected = Double.parseDouble(times[0]) * 1e3;
        double answered = Double.parseDouble(times[1]) * 1e3;
        say.accept(String.format("curl %-17s connected in %.1f ms, answered in %.0f ms: %s", url, connected, answered,
                said.lines().findFirst().orElse("nothing")));
        picture.at(offset, "SYN");
        picture.at(offset + connected, connection);
        picture.at(offset + answered, "response");
        return good;
    }
}
