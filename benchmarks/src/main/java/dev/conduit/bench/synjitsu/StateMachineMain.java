package dev.conduit.bench.synjitsu;

import dev.conduit.synjitsu.front.AddressPolicy;
import dev.conduit.synjitsu.front.Responder;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.tcp.TcpEvents;
import dev.conduit.synjitsu.wire.Drops;
import java.nio.ByteBuffer;
import java.util.Set;

/** The front's state machine on one thread, frames in and frames out, without XenStore and without a link. */
final class StateMachineMain {

    private static final String SERVICE = "10.9.0.10";
    private static final Frames FRAMES = Frames.inMemory(SERVICE);
    private static final int WAITING = 10_000;
    private static final int DATA = 1000;

    private long now = 1;
    private ByteBuffer last;
    private Responder responder;

    private StateMachineMain() {}

    /** @param args SYNs of a flood, and how many floods */
    public static void main(String[] args) {
        StateMachineMain machine = new StateMachineMain();
        ByteBuffer[] syns = new ByteBuffer[Integer.parseInt(args[0])];
        for (int i = 0; i < syns.length; i++) {
            syns[i] = FRAMES.syn(i);
        }
        for (int round = 0; round < Integer.parseInt(args[1]); round++) {
            machine.flood("each kept", new TableOptions().connections(syns.length, syns.length)
                    .halfOpen(syns.length, syns.length), syns);
            machine.flood("by cookies", new TableOptions().halfOpen(0, 0), syns);
        }
        machine.waiting();
    }

    private void flood(String how, TableOptions options, ByteBuffer[] syns) {
        start(options);
        long memory = usedMemory();
        long begin = System.nanoTime();
        for (ByteBuffer syn : syns) {
            responder.receive(syn, now);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Samples.say("state machine: SYNs answered, " + how, "1/s", syns.length / seconds);
        int kept = responder.table().takeChanged().size();
        if (kept > 0) {
            Samples.say("state machine: memory of a half-open connection", "bytes", (double) (usedMemory() - memory) / kept);
        }
    }

    private void waiting() {
        start(new TableOptions().connections(2 * WAITING, 2 * WAITING).halfOpen(WAITING, WAITING));
        long memory = usedMemory();
        for (int i = 0; i < WAITING; i++) {
            responder.receive(FRAMES.syn(i), now);
            responder.receive(FRAMES.request(i, Frames.segment(last), new byte[DATA]), now);
        }
        int size = responder.table().takeChanged().size();
        Samples.say("state machine: memory of a waiting connection with " + DATA + " bytes of data", "bytes",
                (double) (usedMemory() - memory) / size);
        long[] nanos = new long[WAITING];
        for (int i = 0; i < WAITING; i++) {
            ByteBuffer syn = FRAMES.syn(WAITING + i);
            long begin = System.nanoTime();
            responder.receive(syn, now);
            nanos[i] = System.nanoTime() - begin;
        }
        Samples.sayPercentiles("state machine: SYN to SYN-ACK beside " + size + " waiting", nanos);
    }

    private void start(TableOptions options) {
        now++;
        responder = Responder.onEthernet(Frames.FRONT, options, new byte[16], new TcpEvents() {}, AddressPolicy.QUIET,
                new Drops(), frame -> last = frame, now);
        responder.arm(FRAMES.service(), Set.of(Frames.PORT), now);
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
