package dev.conduit.rendezvous.dns;

import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A query that waits for answers of others. Belongs to the thread of its desk, but for {@link #landed}. */
final class Exchange implements Flight.Passenger {

    /** Where the reply goes. */
    interface Sink {

        /** Sends the reply that stands in the responder. */
        void reply(int length);
    }

    private final Desk desk;
    private final byte[] message;
    private final InetAddress client;
    private final boolean udp;
    private final Zones zones;
    private final Sink sink;
    private List<DnsAnswer> answers = List.of();
    private Question question;
    private Flight flight;
    private ScheduledFuture<?> deadline;
    private boolean over;

    Exchange(Desk desk, byte[] message, InetAddress client, boolean udp, Zones zones, Sink sink) {
        this.desk = desk;
        this.message = message;
        this.client = client;
        this.udp = udp;
        this.zones = zones;
        this.sink = sink;
    }

    /** Waits for what the responder has just asked for. */
    void begin() {
        deadline = desk.loop().schedule(this::fail, desk.deadline().toNanos(), TimeUnit.NANOSECONDS);
        board();
    }

    private void board() {
        answers = new ArrayList<>(desk.responder().asked());
        question = desk.responder().question();
        flight = desk.responder().flight();
        flight.board(this);
    }

    @Override
    public void landed(DnsAnswer answer) {
        try {
            desk.loop().execute(() -> resume(answer));
        } catch (RejectedExecutionException e) {
            // The server is closed, and has said so to the client.
        }
    }

    private void resume(DnsAnswer answer) {
        if (over) {
            return;
        }
        answers.add(answer);
        int length = desk.responder().respond(message, message.length, client, udp, zones, answers, System.nanoTime());
        if (length == Responder.WAIT) {
            board();
        } else {
            end(length);
        }
    }

    /** Ends it with SERVFAIL; nothing when it is over already. */
    void fail() {
        if (over) {
            return;
        }
        if (flight.leave(this)) {
            desk.responder().lookups(question).abandoned(question, flight);
        }
        end(desk.responder().failed(message, message.length, client));
    }

    private void end(int length) {
        over = true;
        deadline.cancel(false);
        desk.ended(this);
        sink.reply(length);
    }
}
