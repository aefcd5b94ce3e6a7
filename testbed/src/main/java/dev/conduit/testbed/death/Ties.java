package dev.conduit.testbed.death;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.testbed.actor.Dom0;
import dev.conduit.testbed.actor.Remote;
import java.util.List;

/**
 * What ties one survivor to the victim: a persistent server whose client is the victim, a channel to a server of the
 * victim, and a connection to the victim's name. Servers give back what they get.
 */
final class Ties {

    static final String NAME = "victim";

    private static final int BYTES = 100_000;
    /** By when a survivor must have learned of an end: a look each second, and an emulated machine. */
    private static final int SECONDS = 10;

    private final Remote survivor;
    private final String server;
    private final String client;
    private final String named;
    private Remote victim;

    Ties(Remote survivor, Remote victim) {
        this.survivor = survivor;
        this.victim = victim;
        this.server = survivor.name() + "-p";
        this.client = survivor.name() + "-o";
        this.named = survivor.name() + "-n";
    }

    void open() {
        survivor.order("serve " + server + " " + victim.domain() + " persistent");
        survivor.order("echo " + server);
        openFromVictim();
    }

    /** What the victim has a part in, also when it has come back and finds the server still there. */
    void openFromVictim() {
        victim.order("connect " + server + " " + survivor.domain());
        survivor.order("attached " + server);
        victim.order("exchange " + server + " 3 " + BYTES + " 60");
        victim.order("serve " + client + " " + survivor.domain());
        survivor.order("connect " + client + " " + victim.domain());
        victim.order("echo " + client);
        survivor.order("dial " + named + " " + NAME + " 60");
        exchange();
    }

    /** Bytes there and back, then a thread that is blocked reading. */
    private void exchange() {
        for (String line : List.of(client, named)) {
            survivor.order("exchange " + line + " " + line.hashCode() + " " + BYTES + " 60");
            survivor.order("follow " + line);
        }
    }

    /** The process was killed: its ends are closed, and the persistent server waits for the next client. */
    void checkProcessDied() {
        assertThat(survivor.order("ended " + client + " " + SECONDS)).isEqualTo("PEER_CLOSED end of stream");
        survivor.order("becomes " + server + " WAITING " + SECONDS);
        checkNameLost("its process died");
    }

    /** The domain was destroyed: no byte was cleared and no event sent. */
    void checkDomainGone() {
        assertThat(survivor.order("ended " + client + " " + SECONDS)).isEqualTo("PEER_GONE end of stream");
        assertThat(survivor.order("ended " + server + " " + SECONDS)).isEqualTo("PEER_GONE end of stream");
        checkNameLost("its domain is gone");
    }

    /** The domain went off in order, its processes first. */
    void checkDomainShutDown() {
        assertThat(survivor.order("ended " + client + " " + SECONDS)).isEqualTo("PEER_CLOSED end of stream");
        assertThat(survivor.order("ended " + server + " " + SECONDS)).isEqualTo("PEER_GONE end of stream");
        checkNameLost("its process died");
    }

    private void checkNameLost(String why) {
        assertThat(survivor.order("ended " + named + " " + SECONDS)).contains("ConduitPeerLostException").contains(why);
    }

    /** After the victim has come back: what ended is closed, the persistent server stays. */
    void renew(Remote again) {
        victim = again;
        survivor.order("close " + client);
        survivor.order("close " + named);
        openFromVictim();
    }

    void close() {
        survivor.order("clear");
    }

    /** What the two hold of each other: event channels between them, and mapped pages of the survivor. */
    String taken() {
        return Dom0.portsBetween(survivor.domain(), victim.domain()) + " ports to domain " + victim.domain() + ", "
                + Dom0.grants(survivor.domain()) + " pages mapped by others";
    }

    /** The same when the victim's domain is gone. */
    void checkNothingLeft(String before) {
        assertThat(taken()).as("what %s holds", survivor)
                .isEqualTo(before.replaceFirst("^[0-9]+", "0"));
    }

    @Override
    public String toString() {
        return survivor + " to " + victim;
    }
}
