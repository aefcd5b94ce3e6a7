package dev.conduit.xenstore.server.state;

import static dev.conduit.xenstore.server.state.StateFixture.LIMITS;
import static dev.conduit.xenstore.server.state.StateFixture.bytes;
import static dev.conduit.xenstore.server.state.StateFixture.onDisk;
import static dev.conduit.xenstore.server.state.StateFixture.read;
import static dev.conduit.xenstore.server.state.StateFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.xenstore.server.store.Limits.Kind;
import dev.conduit.xenstore.server.store.Session;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.server.store.TreeWalk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The format: what is written is read again, and what is not what was written is refused. */
class StateFormatTest {

    private static final int PREFIX = StateFormat.PREFIX_SIZE;

    @Test
    void shouldReadWhatItWrote() throws Exception {
        for (long seed = 1; seed <= 5; seed++) {
            ServerState state = onDisk(StateFixture.large(new Random(seed)));

            assertThat(text(read(bytes(state)))).as("seed %d", seed).isEqualTo(text(state));
        }
    }

    @Test
    void shouldRestoreAStoreWhoseCountsAreRight() throws Exception {
        Store store = StateFixture.large(new Random(6));
        store.domains().release(7);

        Store restored = Store.restored(LIMITS, read(bytes(onDisk(store))).store());

        assertThat(restored.consistent()).isTrue();
        Store original = Store.restored(LIMITS, store.state());
        assertThat(restored.domains().usage()).isEqualTo(original.domains().usage());
        assertThat(restored.domains().introduced(5)).isTrue();
        assertThat(restored.domains().introduced(7)).isFalse();
        assertThat(restored.domains().limits().get(Kind.WATCHES)).isEqualTo(99);
        assertThat(restored.domains().limits(5).get(Kind.NODES)).isEqualTo(55);
        assertThat(restored.domains().features(9)).isEqualTo(1);
    }

    @Test
    void shouldShareListsThatWereShared() throws Exception {
        Store store = new Store(LIMITS);
        Session admin = store.open(0, StateFixture.deaf());
        StateFixture.write(store, admin, 0, "/a/b", "");

        ServerState restored = read(bytes(onDisk(store)));

        TreeWalk.walk(restored.store().root(), (depth, name, node) ->
                assertThat(node.acl()).isSameAs(restored.store().root().acl()));
    }

    @Test
    void shouldRefuseEveryChangedByteOrReadTheSame() throws Exception {
        byte[] good = bytes(onDisk(StateFixture.small()));
        String expected = text(read(good));
        for (int at = 0; at < good.length; at++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] bad = good.clone();
                bad[at] ^= (byte) (1 << bit);
                refusedOrSame(bad, expected, "bit " + bit + " of byte " + at);
            }
        }
    }

    @Test
    void shouldRefuseEveryTruncation() throws Exception {
        byte[] good = bytes(onDisk(StateFixture.small()));
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> read(cut)).as("%d of %d bytes", length, good.length)
                    .isInstanceOf(StateException.class).hasMessageMatching("at byte \\d+: .*");
        }
    }

    @Test
    void shouldRefuseDamageOfALargeFile() throws Exception {
        long seed = 20260701;
        Random random = new Random(seed);
        byte[] good = bytes(onDisk(StateFixture.large(random)));
        String expected = text(read(good));
        for (int round = 0; round < 2_000; round++) {
            byte[] bad = damaged(good, random);
            refusedOrSame(bad, expected, "seed " + seed + ", round " + round);
        }
    }

    /** Changes some bytes, or moves, repeats or leaves out a stretch. */
    private static byte[] damaged(byte[] good, Random random) {
        byte[] bad = good.clone();
        int from = random.nextInt(good.length);
        int length = 1 + random.nextInt(Math.min(200, good.length - from));
        switch (random.nextInt(4)) {
            case 0 -> {
                for (int i = from; i < from + length; i++) {
                    bad[i] = (byte) random.nextInt();
                }
            }
            case 1 -> System.arraycopy(good, random.nextInt(good.length - length), bad, from, length);
            case 2 -> {
                bad = Arrays.copyOf(good, good.length - length);
                System.arraycopy(good, from + length, bad, from, good.length - from - length);
            }
            default -> {
                bad = Arrays.copyOf(good, good.length + length);
                System.arraycopy(good, from, bad, from + length, good.length - from);
            }
        }
        return bad;
    }

    private static void refusedOrSame(byte[] bytes, String expected, String what) {
        try {
            assertThat(text(read(bytes))).as(what).isEqualTo(expected);
        } catch (StateException e) {
            assertThat(e.getMessage()).as(what).matches("(?s)at byte \\d+: .+");
        } catch (IOException | RuntimeException | Error e) {
            throw new AssertionError(what, e);
        }
    }

    @Test
    void shouldNameTheRecordThatIsDamaged() throws Exception {
        byte[] bytes = bytes(onDisk(StateFixture.small()));
        int length = ByteBuffer.wrap(bytes).getInt(PREFIX + 2);
        int second = PREFIX + StateFormat.HEADER_SIZE + length + StateFormat.CHECKSUM_SIZE;
        bytes[second + StateFormat.HEADER_SIZE] ^= 1;

        assertThatThrownBy(() -> read(bytes)).isInstanceOf(StateException.class)
                .hasMessage("at byte " + second + ": the checksum of a record of type 2 is wrong");
    }

    @Test
    void shouldRefuseOtherFilesAndVersions() throws Exception {
        byte[] bytes = bytes(onDisk(StateFixture.small()));
        byte[] newer = bytes.clone();
        newer[PREFIX - 1] = 2;

        assertThatThrownBy(() -> read("#!/bin/sh\nexit\n".getBytes()))
                .hasMessage("at byte 0: this is no state of a XenStore server");
        assertThatThrownBy(() -> read(newer)).hasMessage("at byte 0: version 2 of the format, only 1 is known");
        assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length + 1)))
                .hasMessage("at byte " + bytes.length + ": bytes follow the end record");
    }

    @Test
    void shouldNotBelieveALength() throws Exception {
        byte[] bytes = bytes(onDisk(StateFixture.small()));
        ByteBuffer.wrap(bytes).putInt(PREFIX + 2, Integer.MAX_VALUE);

        assertThatThrownBy(() -> read(bytes))
                .hasMessage("at byte 12: record of 2147483647 bytes, at most 131072 are allowed");
    }

    @Test
    void shouldSkipWhatMayBeSkippedAndRefuseWhatMustBeKnown() throws Exception {
        assertThat(read(withUnknown(RecordType.OPTIONAL | 99)).store().generation()).isEqualTo(7);
        assertThatThrownBy(() -> read(withUnknown(99))).hasMessageContaining("record of unknown type 99");
    }

    /** Written by hand: the smallest state, with a record of another type in it. */
    private static byte[] withUnknown(int type) throws IOException {
        HandWritten out = new HandWritten();
        out.record(RecordType.STORE.code(), ByteBuffer.allocate(8).putLong(7).array());
        out.record(type, new byte[] {1, 2, 3});
        out.record(RecordType.PERMISSIONS.code(), new byte[] {'n', 0, 0});
        out.record(RecordType.NODE.code(), new byte[16]);
        out.end();
        return out.bytes();
    }

    @Test
    void shouldRefuseTreesThatAreNone() throws Exception {
        assertThatThrownBy(() -> read(tree())).hasMessageContaining("there is no root node");
        assertThatThrownBy(() -> read(tree("0 a"))).hasMessageContaining("the root has a name");
        assertThatThrownBy(() -> read(tree("0 ", "0 "))).hasMessageContaining("depth 0 follows one at depth 0");
        assertThatThrownBy(() -> read(tree("0 ", "2 a"))).hasMessageContaining("depth 2 follows one at depth 0");
        assertThatThrownBy(() -> read(tree("0 ", "1 a", "1 a"))).hasMessageContaining("have the name a");
        assertThatThrownBy(() -> read(tree("0 ", "1 a/b"))).hasMessageContaining("has a slash");
        assertThatThrownBy(() -> read(tree("0 ", "1 "))).hasMessageContaining("a name is empty");
        assertThatThrownBy(() -> read(tree("0 ", "1 a b"))).hasMessageContaining("has a character other than");
        assertThatThrownBy(() -> read(tree("0 ", "1 " + "a".repeat(3000), "2 " + "b".repeat(100))))
                .hasMessageContaining("path of 3102 characters, at most 3072 are allowed");
        assertThat(read(tree("0 ", "1 a", "2 b", "1 c")).store().root()).isNotNull();
    }

    /** Nodes by depth and name. */
    private static byte[] tree(String... nodes) throws IOException {
        HandWritten out = new HandWritten();
        out.record(RecordType.STORE.code(), new byte[8]);
        out.record(RecordType.PERMISSIONS.code(), new byte[] {'n', 0, 0});
        for (String node : nodes) {
            byte[] name = node.substring(2).getBytes();
            out.record(RecordType.NODE.code(), ByteBuffer.allocate(16 + name.length)
                    .putShort((short) (node.charAt(0) - '0')).putInt(0).putLong(0).putShort((short) name.length)
                    .put(name).array());
        }
        out.end();
        return out.bytes();
    }

    @Test
    void shouldCarryConnections() throws Exception {
        Store store = StateFixture.small();
        Session guest = store.open(5, StateFixture.deaf());
        store.watch(guest, store.path(guest, "name"), true, "token|\u00ff", 3);
        int transaction = store.startTransaction(guest);
        store.read(guest, transaction, store.path(guest, "name"));
        StateFixture.write(store, guest, transaction, "made", "in it");
        byte[] output = new byte[200_000];
        new Random(1).nextBytes(output);
        ServerState state = new ServerState(store.state(), List.of(new ServerState.Listener("/run/s", 0),
                new ServerState.Listener("/run/next", ServerState.SUCCESSOR)),
                List.of(new ServerState.Connection(store.state(guest), new byte[] {1, 2}, new byte[] {3}, output)));
        byte[] bytes = bytes(state);

        ServerState read = StateReader.read(new ByteArrayInputStream(bytes));

        assertThat(text(read)).isEqualTo(text(state));
        assertThatThrownBy(() -> read(bytes)).hasMessageContaining("which no file holds");
    }

    @Test
    void shouldReadFromAStreamThatGoesOn() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StateWriter.write(onDisk(StateFixture.small()), out);
        out.write('!');
        ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());

        StateReader.read(in);

        assertThat(in.read()).isEqualTo('!');
    }
}
