package dev.conduit.synjitsu.adopt;

import dev.conduit.core.net.FrameLink;
import dev.conduit.synjitsu.front.AddressPolicy;
import dev.conduit.synjitsu.front.Responder;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpEvents;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A front on a link, in its thread: the least that makes a hand-over possible. */
final class FrontLoop implements AutoCloseable {

    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:fe");
    private static final long TURN = TimeUnit.SECONDS.toNanos(1);

    private final FrameLink link;
    private final Drops drops = new Drops();
    private final Responder responder;
    private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
    /** No segment leaves, as if all were lost. */
    volatile boolean mute;
    /** Of segments, only SYNs are heard. */
    volatile boolean deaf;

    FrontLoop(FrameLink link) {
        this.link = link;
        responder = Responder.onEthernet(MAC, new TableOptions(), new byte[16], new TcpEvents() { }, AddressPolicy.QUIET,
                drops, this::send, System.nanoTime());
        new Thread(this::run, "front").start();
    }

    private void send(ByteBuffer frame) {
        try {
            if (!mute || !isTcp(frame)) {
                link.send(frame);
            }
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static boolean isTcp(ByteBuffer frame) {
        int type = frame.getShort(12) & 0xffff;
        return type == 0x0800 && frame.get(23) == 6 || type == 0x86dd && frame.get(20) == 6;
    }

    private static boolean isSyn(ByteBuffer frame) {
        int flags = frame.getShort(12) == 0x0800 ? 47 : 67;
        return (frame.get(flags) & Segment.SYN) != 0;
    }

    private void run() {
        ByteBuffer frame = ByteBuffer.allocateDirect(FrameLink.MAX_FRAME);
        try {
            while (true) {
                for (Runnable next = work.poll(); next != null; next = work.poll()) {
                    next.run();
                }
                while (link.receive(frame.clear()) > 0) {
                    frame.flip();
                    if (!deaf || !isTcp(frame) || isSyn(frame)) {
                        responder.receive(frame, System.nanoTime());
                    }
                }
                responder.advance(System.nanoTime());
                link.await(Math.min(System.nanoTime() + TURN, responder.nextTimer().orElse(Long.MAX_VALUE)));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private <T> T call(Function<Responder, T> action) {
        CompletableFuture<T> done = new CompletableFuture<>();
        work.add(() -> {
            try {
                done.complete(action.apply(responder));
            } catch (RuntimeException failed) {
                done.completeExceptionally(failed);
            }
        });
        link.wakeUp();
        return done.orTimeout(60, TimeUnit.SECONDS).join();
    }

    void arm(IpAddress address) {
        call(front -> {
            front.arm(address, Set.of(80), System.nanoTime());
            return null;
        });
    }

    List<Tcb> connections(IpAddress address) {
        return call(front -> front.table().connections(address).stream()
                .map(connection -> front.table().snapshot(connection, System.nanoTime())).toList());
    }

    /** Freezes them. */
    List<Tcb> hold(IpAddress address) {
        call(front -> {
            front.hold(address);
            return null;
        });
        return connections(address);
    }

    void release(IpAddress address, String guest) {
        call(front -> {
            front.release(address, MacAddress.parse(guest), System.nanoTime());
            return null;
        });
    }

    void resume(IpAddress address) {
        call(front -> {
            front.resume(address, System.nanoTime());
            return null;
        });
    }

    void forget(IpAddress address) {
        call(front -> {
            front.forget(address);
            return null;
        });
    }

    String drops() {
        return drops.all().toString();
    }

    @Override
    public void close() {
        link.close();
    }
}
