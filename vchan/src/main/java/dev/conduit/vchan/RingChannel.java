package dev.conduit.vchan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The channel over two rings: {@link Producer} and {@link Consumer} keep the indices, {@link RingBytes} the bytes,
 * {@link Link} the page's flags and what went wrong, {@link Waiter} sleeps.
 */
final class RingChannel implements VchanChannel {

    private final Link link;
    private final Outlet out;
    private final Inlet in;
    private final Runnable release;
    private final long eventsBefore;
    private final AtomicReference<VchanKey<?>> key = new AtomicReference<>();

    /**
     * Makes the channel.
     *
     * @param release gives back memory, port and nodes; runs once, after the link was closed
     */
    RingChannel(Link link, Outlet out, Inlet in, Runnable release) {
        this.link = link;
        this.out = out;
        this.in = in;
        this.release = release;
        this.eventsBefore = link.port().events();
    }

    @Override
    public VchanState state() {
        return link.state();
    }

    @Override
    public boolean isOpen() {
        return !link.closed();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return in.read(target, Waiter.FOREVER);
    }

    @Override
    public int read(ByteBuffer target, Duration timeout) throws IOException {
        return in.read(target, nanos(timeout));
    }

    @Override
    public int tryRead(ByteBuffer target) throws IOException {
        return in.tryRead(target);
    }

    @Override
    public long read(ByteBuffer[] targets) throws IOException {
        return in.read(targets, 0, targets.length);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return in.read(targets, offset, length);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return out.write(source, Waiter.FOREVER);
    }

    @Override
    public int write(ByteBuffer source, Duration timeout) throws IOException {
        return out.write(source, nanos(timeout));
    }

    @Override
    public int tryWrite(ByteBuffer source) throws IOException {
        return out.tryWrite(source);
    }

    @Override
    public long write(ByteBuffer[] sources) throws IOException {
        return out.write(sources, 0, sources.length);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        return out.write(sources, offset, length);
    }

    @Override
    public void send(ByteBuffer packet, Duration timeout) throws IOException {
        out.send(packet, nanos(timeout));
    }

    @Override
    public boolean receive(ByteBuffer target, Duration timeout) throws IOException {
        return in.receive(target, nanos(timeout));
    }

    @Override
    public ByteBuffer reserve(int atLeast, Duration timeout) throws IOException {
        return out.reserve(atLeast, timeout);
    }

    @Override
    public void commit(int count) throws IOException {
        out.commit(count);
    }

    @Override
    public ByteBuffer peek(int atLeast, Duration timeout) throws IOException {
        return in.peek(atLeast, timeout);
    }

    @Override
    public void release(int count) throws IOException {
        in.release(count);
    }

    @Override
    public boolean contiguous() {
        return out.contiguous() && in.contiguous();
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    @Override
    public int free() throws IOException {
        return out.free();
    }

    @Override
    public VchanStatistics statistics() {
        return new VchanStatistics(in.half().bytes(), out.half().bytes(), link.eventsSent(),
                link.port().events() - eventsBefore, in.half().waits() + out.half().waits());
    }

    @Override
    public boolean drain(Duration timeout) throws IOException {
        return out.drain(nanos(timeout));
    }

    @Override
    public <T> VchanKey<T> register(VchanSelector<T> selector, T attachment) throws IOException {
        link.checkUsable();
        VchanKey<T> made = selector.add(this, new Readiness(link, out.half(), in.half()), attachment);
        if (link.closed()) {
            made.cancel(); // the close may have come before the key was there
        }
        link.checkStillUsable();
        return made;
    }

    void claim(VchanKey<?> newKey) {
        if (!key.compareAndSet(null, newKey)) {
            throw new IllegalStateException("the vchan " + link + " has a selector already; cancel its key first");
        }
    }

    void forget(VchanKey<?> oldKey) {
        key.compareAndSet(oldKey, null);
    }

    @Override
    public void close() {
        if (link.close()) {
            VchanKey<?> registered = key.get();
            if (registered != null) {
                registered.cancel();
            }
            LatePublisher.remove(in.half());
            LatePublisher.remove(out.half());
            out.half().publishDeferred();
            in.half().publishDeferred();
            release.run();
        }
    }

    @Override
    public String toString() {
        return "vchan " + link;
    }

    /** A time-out in nanoseconds; what is too long for them is for ever. */
    static long nanos(Duration timeout) {
        if (timeout.isZero()) {
            return 0;
        }
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("time-out " + timeout + " is negative");
        }
        return timeout.getSeconds() >= Waiter.FOREVER / 1_000_000_000L ? Waiter.FOREVER : timeout.toNanos();
    }
}
