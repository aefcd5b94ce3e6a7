package dev.conduit.synjitsu.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The options of a TCP segment that the front knows (RFC 9293, 3.2; RFC 7323; RFC 2018). Each is a kind, a length that
 * counts both, and a value; others are passed over.
 * <pre>
 * kind 2  4 bytes   most data in a segment (MSS)
 * kind 3  3         window shift
 * kind 4  2         selective acknowledgements permitted
 * kind 5  2 + 8n    blocks that were received: first byte, and the one behind the last
 * kind 8 10         timestamp, and the one that is echoed
 * </pre>
 *
 * @param maxSegment the MSS, 0 to 65535; -1 when it is not there
 * @param windowScale the shift, 0 to 255 as it was sent; -1 when it is not there
 * @param sackPermitted whether selective acknowledgements are permitted
 * @param timestamps whether there is a timestamp
 * @param timestamp the sender's timestamp
 * @param timestampEcho the one that it echoes
 * @param sackBlocks pairs of first byte and the one behind the last; not copied: nobody changes it
 */
public record TcpOptions(int maxSegment, int windowScale, boolean sackPermitted,
        boolean timestamps, int timestamp, int timestampEcho, int[] sackBlocks) {

    /** No options. */
    public static final TcpOptions NONE = new TcpOptions(-1, -1, false, false, 0, 0, new int[0]);

    static final int MOST_BYTES = 40;

    private static final int END = 0;
    private static final int NOTHING = 1;
    private static final int MSS = 2;
    private static final int SCALE = 3;
    private static final int SACK_PERMITTED = 4;
    private static final int SACK = 5;
    private static final int TIMESTAMPS = 8;

    /** Reads from the buffer's position to its limit; {@code null} when a length cannot be. */
    static TcpOptions read(ByteBuffer from) {
        if (!from.hasRemaining()) {
            return NONE;
        }
        int maxSegment = -1;
        int windowScale = -1;
        boolean sackPermitted = false;
        boolean timestamps = false;
        int timestamp = 0;
        int echo = 0;
        int[] blocks = NONE.sackBlocks;
        int at = from.position();
        while (at < from.limit()) {
            int kind = from.get(at);
            if (kind == END) {
                break;
            }
            if (kind == NOTHING) {
                at++;
                continue;
            }
            int length = at + 2 > from.limit() ? 0 : from.get(at + 1) & 0xff;
            if (length < 2 || at + length > from.limit()) {
                return null;
            }
            if (kind == MSS && length == 4) {
                maxSegment = from.getShort(at + 2) & 0xffff;
            } else if (kind == SCALE && length == 3) {
                windowScale = from.get(at + 2) & 0xff;
            } else if (kind == SACK_PERMITTED && length == 2) {
                sackPermitted = true;
            } else if (kind == TIMESTAMPS && length == 10) {
                timestamps = true;
                timestamp = from.getInt(at + 2);
                echo = from.getInt(at + 6);
            } else if (kind == SACK && length % 8 == 2) {
                blocks = new int[(length - 2) / 4];
                for (int i = 0; i < blocks.length; i++) {
                    blocks[i] = from.getInt(at + 2 + 4 * i);
                }
            }
            at += length;
        }
        return new TcpOptions(maxSegment, windowScale, sackPermitted, timestamps, timestamp, echo, blocks);
    }

    /** How many bytes {@link #write} writes: a multiple of 4, 40 at most. */
    int length() {
        int length = (maxSegment < 0 ? 0 : 4) + (windowScale < 0 ? 0 : 4) + (timestamps ? 12 : sackPermitted ? 4 : 0);
        return length + (sackBlocks.length == 0 ? 0 : 4 + 4 * sackBlocks.length);
    }

    /** Writes them, each at a multiple of 4. SACK-permitted takes the place of the timestamp's padding. */
    void write(ByteBuffer to) {
        if (maxSegment >= 0) {
            to.put((byte) MSS).put((byte) 4).putShort((short) maxSegment);
        }
        if (sackPermitted) {
            to.put((byte) SACK_PERMITTED).put((byte) 2);
        }
        if (timestamps) {
            if (!sackPermitted) {
                to.put((byte) NOTHING).put((byte) NOTHING);
            }
            to.put((byte) TIMESTAMPS).put((byte) 10).putInt(timestamp).putInt(timestampEcho);
        } else if (sackPermitted) {
            to.put((byte) NOTHING).put((byte) NOTHING);
        }
        if (windowScale >= 0) {
            to.put((byte) NOTHING).put((byte) SCALE).put((byte) 3).put((byte) windowScale);
        }
        if (sackBlocks.length > 0) {
            to.put((byte) NOTHING).put((byte) NOTHING).put((byte) SACK).put((byte) (2 + 4 * sackBlocks.length));
            for (int edge : sackBlocks) {
                to.putInt(edge);
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TcpOptions that && maxSegment == that.maxSegment && windowScale == that.windowScale
                && sackPermitted == that.sackPermitted && timestamps == that.timestamps && timestamp == that.timestamp
                && timestampEcho == that.timestampEcho && Arrays.equals(sackBlocks, that.sackBlocks);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * maxSegment + timestamp) + Arrays.hashCode(sackBlocks);
    }
}
