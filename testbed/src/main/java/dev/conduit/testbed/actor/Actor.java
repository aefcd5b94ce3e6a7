package dev.conduit.testbed.actor;

import dev.conduit.core.Platform;
import dev.conduit.core.Platforms;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * A program in some domain that opens, uses and loses channels as a test in dom0 orders. Its argument is its name. Below
 * {@code data/actor/<name>} of its domain, dom0 writes {@code order}, "number verb argument..."; the actor writes
 * {@code up}, a word that is another one after each start, and {@code answer}, "number ok|failed text". It ends with
 * status 0 at the order {@code end}; the script around it starts it again after any other end.
 */
public final class Actor {

    static final String FOLDER = "data/actor/";
    static final String ORDER = "/order";
    static final String ANSWER = "/answer";
    static final String UP = "/up";

    private static final Duration IDLE = Duration.ofHours(1);
    private static final int LONGEST_ANSWER = 1500;

    private Actor() {}

    /**
     * Runs until it is told to end.
     *
     * @param args its name
     * @throws Exception when XenStore or the platform is lost
     */
    public static void main(String[] args) throws Exception {
        String base = FOLDER + args[0];
        try (Platform platform = Platforms.open(); XenStoreClient store = XenStoreClients.connect()) {
            Stage stage = new Stage(platform);
            String last = store.readStringOptional(base + ORDER).orElse("");
            store.write(base + UP, ProcessHandle.current().pid() + "-" + System.nanoTime());
            List<String> words;
            do {
                String before = last;
                last = store.waitFor(reads -> reads.readStringOptional(base + ORDER)
                        .filter(order -> !order.equals(before)).orElse(null), IDLE);
                words = Arrays.asList(last.split(" "));
                System.out.println(args[0] + " does " + last);
                String answer = words.get(0) + " " + carryOut(stage, words.get(1), words.subList(2, words.size()));
                System.out.println(args[0] + " answers " + answer);
                store.write(base + ANSWER, answer.substring(0, Math.min(answer.length(), LONGEST_ANSWER)));
            } while (!words.get(1).equals("end"));
        }
        System.exit(0);
    }

    private static String carryOut(Stage stage, String verb, List<String> arguments) {
        try {
            return "ok " + stage.carryOut(verb, arguments);
        } catch (Exception | AssertionError e) {
            return "failed " + e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }
}
