package dev.conduit.synjitsu.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conduit.synjitsu.tcp.TcpState;
import io.netty.channel.epoll.Epoll;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Netty server that goes on with connections of a front on a packet socket, beside those it accepts. Needs root. */
@Timeout(300)
class NettyAdoptionTest {

    private static final int SIZE = 1 << 20;

    @Test
    void shouldServeAdoptedAndNewConnectionsAlike() throws Exception {
        assumeTrue(Epoll.isAvailable(), "Netty has no epoll transport for this machine");
        try (Lab lab = new Lab("netty", null, false)) {
            Counters before = new Counters(lab);
            lab.sleep(Lab.FOUR);
            for (int id = 0; id < 4; id++) {
                lab.client.tell("open", id, Lab.FOUR, 80);
                lab.client.tell("write", id, exchange(id), 0, 5_000);
            }
            lab.client.tell("write", 3, exchange(3), 5_000, 20_000);
            lab.client.tell("finish", 3);
            lab.awaitFront(Lab.FOUR, 4, tcb -> tcb.data().length == 5_000 && tcb.state() == TcpState.ESTABLISHED || tcb.state() == TcpState.CLOSE_WAIT);

            lab.prepare(Lab.FOUR);
            lab.commit(Lab.FOUR, 4);
            lab.client.tell("open", 4, Lab.FOUR, 80);
            lab.client.tell("write", 4, exchange(4), 0, 5_000);

            for (int id = 0; id < 5; id++) {
                if (id != 3) {
                    lab.client.tell("write", id, exchange(id), 5_000, 2 * SIZE);
                }
                lab.client.tell("read", id, exchange(id));
                lab.client.tell("close", id);
            }
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() ->
                    assertThat(lab.guest.ask("served")).isEqualTo("5"));
            before.requireNoReset(5);
        }
    }

    /** Number 3 ends its direction before the hand-over. */
    private static String exchange(int id) {
        return id + (id == 3 ? " 10000 " : " " + SIZE + " ") + SIZE + (id == 3 ? " 1" : " 0");
    }
}
