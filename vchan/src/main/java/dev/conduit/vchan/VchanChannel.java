package dev.conduit.vchan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.time.Duration;

/**
 * One end of a vchan: two byte rings in shared memory, one each way, byte-compatible with libxenvchan.
 *
 * <p>One thread may read while another writes; two readers, or two writers, must take turns (not checked).
 * {@link #close}, {@link #state}, {@link #available} and {@link #free} may be called from any thread at any time.
 *
 * <p>An interrupt ends a blocking call with {@link java.io.InterruptedIOException}, with the thread's interrupt status
 * set; the channel stays usable, and what was written so far shows in the source's position. A call that is blocked
 * when another thread closes the channel ends with {@link java.nio.channels.AsynchronousCloseException}.
 *
 * <p>Space that was read is given back to the peer in larger pieces: when a quarter of the ring has come together, when
 * the ring was read empty, before a call of this channel blocks, and otherwise about 10 ms later in the background. So
 * a peer that waits for space is woken even if this side never calls again.
 *
 * <p>Reading after the peer has ended gives first what it wrote, then -1. A peer that breaks the protocol gives a
 * {@link VchanProtocolException} that names the field and the values. After {@link #close} every call throws
 * {@link java.nio.channels.ClosedChannelException}.
 *
 * <p>Three forms of each call: {@code read} and {@code write} block, {@code tryRead} and {@code tryWrite} never do, and
 * the ones with a time-out throw {@link VchanTimeoutException} when time is up.
 */
public interface VchanChannel extends ByteChannel, GatheringByteChannel, ScatteringByteChannel {

    /**
     * Returns where the channel stands; looks at the shared page, never blocks.
     *
     * @return the state
     */
    VchanState state();

    /**
     * Blocks until at least one byte is there, then reads what fits.
     *
     * @param target where to; nothing is read when it has no room
     * @return bytes read, or -1 when the peer has ended and everything was read
     * @throws IOException see the class comment
     */
    @Override
    int read(ByteBuffer target) throws IOException;

    /**
     * As {@link #read(ByteBuffer)}, with a longest wait.
     *
     * @param target where to
     * @param timeout longest wait
     * @return bytes read, or -1 when the peer has ended and everything was read
     * @throws VchanTimeoutException when nothing came in time
     * @throws IOException see the class comment
     */
    int read(ByteBuffer target, Duration timeout) throws IOException;

    /**
     * Reads what is there, without blocking.
     *
     * @param target where to
     * @return bytes read, 0 when there is nothing, -1 when the peer has ended and everything was read
     * @throws IOException see the class comment
     */
    int tryRead(ByteBuffer target) throws IOException;

    /**
     * Blocks until everything is in the ring.
     *
     * @param source bytes to write; its position tells how far it came when this throws
     * @return the number of bytes, all that {@code source} had
     * @throws IOException see the class comment
     */
    @Override
    int write(ByteBuffer source) throws IOException;

    /**
     * As {@link #write(ByteBuffer)}, with a longest wait.
     *
     * @param source bytes to write; its position tells how far it came when this throws
     * @param timeout longest wait
     * @return the number of bytes, all that {@code source} had
     * @throws VchanTimeoutException when the ring stayed full
     * @throws IOException see the class comment
     */
    int write(ByteBuffer source, Duration timeout) throws IOException;

    /**
     * Writes what fits, without blocking.
     *
     * @param source bytes to write
     * @return bytes written, possibly 0
     * @throws IOException see the class comment
     */
    int tryWrite(ByteBuffer source) throws IOException;

    /**
     * Sends a packet: blocks until the whole of it fits, then writes it in one piece.
     *
     * @param packet at most a ring-full
     * @param timeout longest wait; zero tries once
     * @throws VchanTimeoutException when it did not fit in time; nothing was written
     * @throws IllegalArgumentException when it is larger than the ring
     * @throws IOException see the class comment
     */
    void send(ByteBuffer packet, Duration timeout) throws IOException;

    /**
     * Receives a packet of known size: blocks until {@code target.remaining()} bytes are there, then reads them.
     *
     * @param target filled completely, or left as it was
     * @param timeout longest wait; zero tries once
     * @return false when the peer ended with fewer bytes in the ring, which {@link #read(ByteBuffer)} still gives
     * @throws VchanTimeoutException when they did not come in time; nothing was read
     * @throws IllegalArgumentException when {@code target} has more room than the ring
     * @throws IOException see the class comment
     */
    boolean receive(ByteBuffer target, Duration timeout) throws IOException;

    /**
     * Zero-copy writing, first half: gives a view of free ring space to write into. Blocks until {@code atLeast} bytes
     * are free; the view holds at least that many, and at most what is free without a break. Always the same buffer
     * object, so nothing is allocated; it is valid until the next call of reserve, {@link #commit} or a write.
     *
     * @param atLeast 1 to the ring size when {@link #contiguous()}, else to what is left before the ring's end or 1
     * @param timeout longest wait; zero tries once
     * @return the view, from its position to its limit; native byte order
     * @throws VchanTimeoutException when the space did not come free in time
     * @throws IllegalArgumentException when {@code atLeast} is out of range
     * @throws IOException see the class comment
     */
    ByteBuffer reserve(int atLeast, Duration timeout) throws IOException;

    /**
     * Zero-copy writing, second half: gives the first bytes of the reserved view to the peer, as the flush policy says.
     *
     * @param count 0 to the size of the view
     * @throws IllegalArgumentException when it is out of range
     * @throws IOException see the class comment
     */
    void commit(int count) throws IOException;

    /**
     * Zero-copy reading, first half: gives a view of bytes the peer wrote. Blocks until {@code atLeast} are there. The
     * peer may change the bytes while they are looked at: copy before checking what must not change. Always the same
     * read-only buffer object; valid until {@link #release} or a read.
     *
     * @param atLeast 1 to the ring size when {@link #contiguous()}, else 1
     * @param timeout longest wait; zero tries once
     * @return the view, from its position to its limit, or null when the peer has ended with fewer bytes in the ring
     * @throws VchanTimeoutException when they did not come in time
     * @throws IllegalArgumentException when {@code atLeast} is out of range
     * @throws IOException see the class comment
     */
    ByteBuffer peek(int atLeast, Duration timeout) throws IOException;

    /**
     * Zero-copy reading, second half: gives the space of the first bytes back to the peer.
     *
     * @param count 0 to the size of the view
     * @throws IllegalArgumentException when it is out of range
     * @throws IOException see the class comment
     */
    void release(int count) throws IOException;

    /**
     * Tells whether views run on over the ring's end (mirrored mapping).
     *
     * @return false for rings below a page, and where the platform cannot mirror
     */
    boolean contiguous();

    /**
     * Makes everything written so far visible to the peer and wakes it if it asked for that. A blocking call does this
     * by itself before it waits.
     *
     * @throws IOException see the class comment
     */
    void flush() throws IOException;

    /**
     * Returns how many bytes can be read without blocking.
     *
     * @return 0 to the ring size
     * @throws IOException see the class comment
     */
    int available() throws IOException;

    /**
     * Returns how many bytes can be written without blocking.
     *
     * @return 0 to the ring size
     * @throws IOException see the class comment
     */
    int free() throws IOException;

    /**
     * Returns counters since the channel was opened.
     *
     * @return a snapshot
     */
    VchanStatistics statistics();

    /**
     * Waits until the peer has read everything, flushing first: what a writer does before {@link #close} when the data
     * must not be lost on a peer that stops reading at the first sign of the end (libxenvchan may).
     *
     * @param timeout longest wait
     * @return false when time ran out or the peer ended first
     * @throws IOException see the class comment
     */
    boolean drain(Duration timeout) throws IOException;

    /**
     * Has a selector tell when something can be read, or what the key is told to want. A channel has at most one
     * selector at a time.
     *
     * @param <T> what the selector gives back
     * @param selector of the same platform
     * @param attachment what it gives back for this channel
     * @return the registration
     * @throws IllegalArgumentException when the selector is of another platform
     * @throws IllegalStateException when the channel has a selector
     * @throws java.nio.channels.ClosedSelectorException when the selector is closed
     * @throws IOException see the class comment
     */
    <T> VchanKey<T> register(VchanSelector<T> selector, T attachment) throws IOException;

    /** Closes this end: flushes, tells the peer, gives the memory back. Safe from any thread; idempotent. */
    @Override
    void close();
}
