package dev.conduit.testbed.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** An actor as the test in dom0 sees it. One order at a time. */
public final class Remote {

    private static final Duration START = Duration.ofSeconds(400);
    /** What an order may take besides the time it names: JVMs are slow in an emulated machine. */
    private static final Duration LONG = Duration.ofSeconds(180);

    private static long number = System.nanoTime();

    private final XenStoreClient store;
    private final int domain;
    private final String base;
    private final String name;
    private String up = "";

    /**
     * Waits until the actor is there.
     *
     * @param store dom0's
     * @param domain where it runs
     * @param name its name
     */
    public Remote(XenStoreClient store, int domain, String name) {
        this.store = store;
        this.domain = domain;
        this.name = name;
        this.base = "/local/domain/" + domain + "/" + Actor.FOLDER + name;
        awaitStart();
    }

    /**
     * Returns where it runs.
     *
     * @return the number of its domain
     */
    public int domain() {
        return domain;
    }

    /**
     * Returns what it is called.
     *
     * @return its name
     */
    public String name() {
        return name;
    }

    /**
     * Gives an order and waits until it is carried out; the test fails when it cannot be.
     *
     * @param text verb and arguments
     * @return what the actor says
     */
    public String order(String text) {
        Reply reply = tryOrder(text);
        assertThat(reply.done()).as("%s, order '%s': %s", name, text, reply.text()).isTrue();
        return reply.text();
    }

    /**
     * Gives an order and waits for its end, good or bad.
     *
     * @param text verb and arguments
     * @return the end
     */
    public Reply tryOrder(String text) {
        String id = give(text);
        try {
            String answer = store.waitFor(reads -> reads.readStringOptional(base + Actor.ANSWER)
                    .filter(value -> value.startsWith(id + " ")).orElse(null), LONG).substring(id.length() + 1);
            return new Reply(answer.startsWith("ok "), answer.substring(answer.indexOf(' ') + 1));
        } catch (TimeoutException e) {
            return fail(name + " has not answered '" + text + "' within " + LONG);
        } catch (XenStoreException | InterruptedException e) {
            return fail("no answer of " + name, e);
        }
    }

    /** Gives the order to kill itself with SIGKILL; does not wait. */
    public void kill() {
        give("start kill kill -9 $PPID");
    }

    /** Gives the order to end all processes of its domain, after which that goes off; does not wait. */
    public void shutDown() {
        give("start kill [ -x /testbed/init ] && kill -TERM -1"); // nowhere but in a guest of the testbed
    }

    /** Waits for its first start, or for the one after a kill. */
    public void awaitStart() {
        try {
            up = store.waitFor(reads -> reads.readStringOptional(base + Actor.UP)
                    .filter(value -> !value.equals(up)).orElse(null), START);
        } catch (TimeoutException e) {
            fail(name + " in domain " + domain + " has not started within " + START);
        } catch (XenStoreException | InterruptedException e) {
            fail("no sign of " + name, e);
        }
    }

    /** Ends the program. */
    public void end() {
        order("end");
    }

    @Override
    public String toString() {
        return name;
    }

    private String give(String text) {
        String id = Long.toString(number++);
        try {
            store.write(base + Actor.ORDER, id + " " + text);
        } catch (XenStoreException e) {
            fail("order '" + text + "' could not be written for " + name, e);
        }
        return id;
    }

    /**
     * What came of an order.
     *
     * @param done whether it was carried out
     * @param text what the actor says about it
     */
    public record Reply(boolean done, String text) {}
}
