package dev.conduit.synjitsu.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.tcp.TcpState;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A hand-over while frames between client and bridge are lost, doubled and overtaken. Needs root. */
@Timeout(300)
class AdoptOnABadLinkTest {

    private static final int CONNECTIONS = 6;
    private static final int SIZE = 100_000;

    @Test
    void shouldLoseNothing() throws Exception {
        long seed = new Random().nextLong();
        try (Lab lab = new Lab("java", seed, true)) {
            for (String address : new String[] {Lab.FOUR, Lab.SIX}) {
                Counters before = new Counters(lab);
                lab.sleep(address);
                for (int id = 0; id < CONNECTIONS; id++) {
                    lab.client.tell("open", id, address, 80);
                }
                for (int id = 0; id < CONNECTIONS; id++) {
                    lab.client.tell("opened", id);
                    lab.client.tell("write", id, exchange(id), 0, 10_000);
                }
                lab.awaitFront(address, CONNECTIONS, tcb -> tcb.state() != TcpState.SYN_RECEIVED
                        && tcb.data().length > 5_000);

                lab.prepare(address);
                lab.commit(address, CONNECTIONS);

                for (int id = 0; id < CONNECTIONS; id++) {
                    lab.client.tell("write", id, exchange(id), 10_000, 2 * SIZE);
                }
                for (int id = 0; id < CONNECTIONS; id++) {
                    assertThat(lab.client.ask("read", id, exchange(id))).as("seed %d, %s", seed, address).isEqualTo("ok");
                }
                // Not later: what is overtaken by the end of a connection is answered by a reset.
                before.requireNoReset(CONNECTIONS);
                for (int id = 0; id < CONNECTIONS; id++) {
                    lab.client.tell("close", id);
                }
            }
        }
    }

    private static String exchange(int id) {
        return id + " " + SIZE + " " + SIZE + " 0";
    }
}
