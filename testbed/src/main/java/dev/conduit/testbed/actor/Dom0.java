package dev.conduit.testbed.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.conduit.xenstore.XenStoreClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What dom0 can do and count, through the shell functions of testbed/vm. */
public final class Dom0 {

    private Dom0() {}

    /**
     * Boots a guest that runs the suite's script "guest", and waits for its actor, which has the guest's name.
     *
     * @param store dom0's
     * @param name of the guest
     * @param release 17 or 25
     * @return its actor
     */
    public static Remote boot(XenStoreClient store, String name, int release) {
        shell("guest_start " + name + " " + release + " guest");
        return guest(store, name);
    }

    /**
     * Waits for the actor of a guest that was started already.
     *
     * @param store dom0's
     * @param name of the guest
     * @return its actor
     */
    public static Remote guest(XenStoreClient store, String name) {
        return new Remote(store, Integer.parseInt(shell("xl domid " + name)), name);
    }

    /**
     * Counts the event channels of one domain that lead to another, or wait for it.
     *
     * @param domain whose
     * @param other the other
     * @return how many
     */
    public static int portsBetween(int domain, int other) {
        return Integer.parseInt(shell("lsevtchn " + domain + " | grep -c 'Remote Domain " + other + "\\b' || true"));
    }

    /**
     * Counts the pages of a domain that others have mapped.
     *
     * @param domain whose
     * @return how many
     */
    public static int grants(int domain) {
        return Integer.parseInt(shell("grants_of " + domain));
    }

    /**
     * Tells whether Xen knows a domain, also one that is dead but whose pages somebody has mapped.
     *
     * @param domain which
     * @return false when nothing is left of it
     */
    public static boolean isKnown(int domain) {
        return shell("xl list | awk '{ print $2 }'").lines().anyMatch(Integer.toString(domain)::equals);
    }

    /**
     * Tells whether a domain is there and not dying.
     *
     * @param domain which
     * @return whether it has a home in XenStore
     */
    public static boolean isRunning(int domain) {
        return shell("xenstore-exists /local/domain/" + domain + " && echo yes || true").equals("yes");
    }

    /**
     * Finds the vchans that are published in the homes of all domains.
     *
     * @return their nodes; empty when there is none
     */
    public static String vchans() {
        return shell("xenstore-ls -f /local/domain | grep '/data/vchan/.*/ring-ref' || true");
    }

    /**
     * Runs a command in dom0, where the shell functions of the suites are known.
     *
     * @param command for the shell
     * @return its output without the last line break
     */
    public static String shell(String command) {
        try {
            Process process = new ProcessBuilder("sh", "-c",
                    ". /testbed/lib.sh; . /testbed/xen.sh; . /testbed/guests.sh; " + command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("status of '%s', which printed %s", command, output).isZero();
            return output.stripTrailing();
        } catch (IOException | InterruptedException e) {
            return fail("cannot run '" + command + "'", e);
        }
    }
}
