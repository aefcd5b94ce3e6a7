package dev.conduit.vchan;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.vchan.ModelStep.Kind;
import java.io.IOException;

/**
 * One side of a channel in the model. The production code runs on it as on real memory, but every shared access either
 * takes its result from a given history or, behind the history's end, stops the run: so the next access of a side is a
 * function of the results of its earlier ones, and no threads are needed to try every order.
 */
final class ModelSide extends SharedWords implements EventPort {

    /** Changes of the protocol that a check must find. */
    enum Mutation { NONE, NO_FENCE_BEFORE_TEST, NO_FENCE_AFTER_REQUEST, NO_LOOK_AFTER_REQUEST, NO_LOOK_AFTER_END,
        NO_EVENT, NO_LATE_PUBLICATION }

    /** What a side does. */
    interface Program {
        void run(ModelSide side) throws IOException;
    }

    /** Stops a run at the first access that has no result yet. */
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient ModelStep step;

        Stop(ModelStep step) {
            super(null, null, false, false);
            this.step = step;
        }
    }

    final Producer producer;
    final Consumer consumer;
    final Waiter waiter;
    final Link link;
    private final Model model;
    private final Role role;
    private final Mutation mutation;
    private final int[] history;
    private int at;
    private int written;
    private int read;
    private boolean justRequested;
    private boolean lookDropped;
    private final int[] lastLoaded = new int[4];

    private ModelSide(Model model, Role role, FlushPolicy flush, Mutation mutation, int[] history)
            throws IOException {
        this.model = model;
        this.role = role;
        this.mutation = mutation;
        this.history = history;
        link = new Link(null, new DomainId(7), role, false, this, this);
        producer = new Producer(link, model.size(), flush, new Spin(0));
        consumer = new Consumer(link, model.size(), model.threshold(), new Spin(0));
        waiter = new Waiter(link, producer, consumer, Waiter.FOREVER);
    }

    /** Runs a program on a history; returns the access that comes next. */
    static ModelStep next(Model model, Role role, FlushPolicy flush, Mutation mutation, Program program,
            int[] history) {
        try {
            program.run(new ModelSide(model, role, flush, mutation, history));
            return ModelStep.of(Kind.DONE, 0, 0);
        } catch (Stop stop) {
            return stop.step;
        } catch (IOException | RuntimeException | AssertionError e) {
            return new ModelStep(Kind.FAILED, 0, 0, role + ": " + e);
        }
    }

    /** Writes so many bytes of the stream in one piece. */
    void write(int count) throws IOException {
        if (producer.cached() < count && !waiter.await(producer, count, Waiter.FOREVER)) {
            throw new VchanPeerClosedException(link.state(), "the reader has gone");
        }
        for (int i = 0; i < count; i++) {
            step(Kind.STORE, model.data(role.ownProd, producer.own() + i), streamByte(role, written + i));
        }
        written += count;
        producer.advance(count);
        producer.publishByPolicy();
    }

    /** Waits for so many bytes, checks them and gives their space back; false at the end of the stream. */
    boolean read(int count) throws IOException {
        if (consumer.cached() < count && !waiter.await(consumer, count, Waiter.FOREVER)) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            int value = step(Kind.LOAD, model.data(role.peerProd, consumer.own() + i), 0);
            Role writer = role == Role.SERVER ? Role.CLIENT : Role.SERVER;
            if (value != streamByte(writer, read + i)) {
                throw new AssertionError("byte " + (read + i) + " is " + value);
            }
        }
        read += count;
        consumer.release(count);
        return true;
    }

    /** As {@link #read}, for who waits as a selector does. */
    boolean selectAndRead(int count) throws IOException {
        Readiness readiness = new Readiness(link, producer, consumer);
        readiness.want(count, 0);
        awaitReady(readiness);
        return consumer.poll() >= count && read(count);
    }

    /** As {@link #write}, for who waits as a selector does. */
    void selectAndWrite(int count) throws IOException {
        Readiness readiness = new Readiness(link, producer, consumer);
        readiness.want(0, count);
        awaitReady(readiness);
        if (producer.poll() < count) {
            throw new VchanPeerClosedException(link.state(), "the reader has gone");
        }
        write(count);
    }

    private void awaitReady(Readiness readiness) {
        while (true) {
            long seen = events();
            if (readiness.now() || readiness.arm()) {
                return;
            }
            await(seen, Waiter.FOREVER);
        }
    }

    int bytesRead() {
        return read;
    }

    /** The user goes away for good without closing: what the late publisher does then. */
    void leave() {
        if (mutation != Mutation.NO_LATE_PUBLICATION) {
            waiter.publishBoth();
        }
    }

    /** The shared part of close. */
    void end() {
        waiter.publishBoth();
        storeLiveRelease(role.ownLive, VchanPage.LIVE_GONE);
        link.send();
    }

    private static int streamByte(Role writer, int index) {
        return (writer == Role.CLIENT ? 100 : 200) + index;
    }

    private int step(Kind kind, int where, int value) {
        if (at == history.length) {
            throw new Stop(ModelStep.of(kind, where, value));
        }
        return history[at++];
    }

    @Override
    int loadIndexAcquire(int offset) {
        if (mutation == Mutation.NO_LOOK_AFTER_REQUEST && justRequested || lookDropped) {
            justRequested = false;
            lookDropped = false;
            return lastLoaded[offset / 4];
        }
        lastLoaded[offset / 4] = step(Kind.LOAD, offset / 4, 0);
        return lastLoaded[offset / 4];
    }

    @Override
    void storeIndexRelease(int offset, int value) {
        step(Kind.STORE, offset / 4, value);
    }

    @Override
    int loadFlagsAcquire() {
        int flags = step(Kind.LOAD, Model.FLAGS, 0);
        boolean ended = (flags >>> VchanPage.shiftInFlags(role.peerLive) & 0xFF) == VchanPage.LIVE_GONE;
        lookDropped = mutation == Mutation.NO_LOOK_AFTER_END && ended;
        return flags;
    }

    @Override
    void orFlags(int bits) {
        justRequested = true;
        step(Kind.OR, Model.FLAGS, bits);
    }

    @Override
    int getAndMaskFlags(int mask) {
        return step(Kind.MASK, Model.FLAGS, mask);
    }

    @Override
    void storeLiveRelease(int offset, int value) {
        step(Kind.STORE_BYTE, VchanPage.shiftInFlags(offset), value);
    }

    @Override
    void fullFence() {
        boolean afterRequest = justRequested;
        if (mutation != Mutation.NO_LOOK_AFTER_REQUEST) {
            justRequested = false;
        }
        if (mutation != (afterRequest ? Mutation.NO_FENCE_AFTER_REQUEST : Mutation.NO_FENCE_BEFORE_TEST)) {
            step(Kind.FENCE, 0, 0);
        }
    }

    @Override
    public int number() {
        return 1;
    }

    @Override
    public void send() {
        if (mutation != Mutation.NO_EVENT) {
            step(Kind.SEND, Model.eventsOf(role == Role.SERVER ? Role.CLIENT : Role.SERVER), 0);
        }
    }

    @Override
    public long events() {
        return step(Kind.EVENTS, Model.eventsOf(role), 0);
    }

    @Override
    public long await(long seen, long deadline) {
        return step(Kind.AWAIT, Model.eventsOf(role), (int) seen);
    }

    @Override
    public void onEvent(Runnable action) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void wakeUp() {
        // Nobody else waits on this side.
    }

    @Override
    public void close() {
        // Nothing to give back.
    }
}
