package dev.conduit.xenstore.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.store.Limits.Kind;
import dev.conduit.xenstore.server.store.StoreFixture.Client;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bytes counted for a domain: the limit holds whatever they are used for, and all come back. */
class MemoryQuotaTest {

    private static final int LIMIT = 100_000;

    private final StoreFixture fixture = new StoreFixture(Limits.standard().with(Kind.MEMORY, LIMIT));
    private final Client dom0 = fixture.dom0();
    private final Client guest = fixture.guest(5);

    @AfterEach
    void check() {
        assertThat(used()).as("bytes of domain 5").isBetween(0L, (long) LIMIT);
        fixture.check();
    }

    private long used() {
        Usage usage = fixture.store().domains().usage().get(5);
        return usage == null ? 0 : usage.memory();
    }

    @Test
    void shouldLimitValues() {
        long before = used();
        int written = 0;
        while (guest.write("/g5/" + written, "x".repeat(1500)).equals("OK")) {
            written++;
        }
        assertThat(guest.write("/g5/more", "x".repeat(1500))).isEqualTo("ENOMEM");
        assertThat(guest.list("/g5")).doesNotContain("more");
        assertThat(written).isBetween((LIMIT - 20_000) / 2000, LIMIT / 1500);
        assertThat(guest.write("/g5/0", "")).as("smaller").isEqualTo("OK");
        assertThat(guest.write("/g5/more", "x".repeat(1000))).isEqualTo("OK");
        dom0.rm("/g5/more");
        for (int i = 0; i < written; i++) {
            assertThat(guest.rm("/g5/" + i)).isEqualTo("OK");
        }
        assertThat(used()).isEqualTo(before);
    }

    @Test
    void shouldRefuseToMakeParentsWithoutRoom() {
        while (guest.write("/g5/fill" + used(), "x".repeat(1500)).equals("OK")) {
            assertThat(used()).isLessThan(LIMIT);
        }
        String deep = "/g5" + "/d".repeat(200);
        assertThat(guest.mkdir(deep)).isEqualTo("ENOMEM");
        assertThat(guest.read("/g5/d")).isEqualTo("ENOENT");
    }

    @Test
    void shouldLimitWatchesByPathDepthAndToken() {
        long before = used();
        int watches = 0;
        while (guest.watch("/g5/" + watches + "/a".repeat(500), "t").equals("OK")) {
            watches++;
        }
        assertThat(guest.watch("/g5/" + watches + "/a".repeat(500), "t")).isEqualTo("ENOMEM");
        assertThat(watches).isBetween(0, 10);
        assertThat(guest.watch("/g5", "short")).isEqualTo("OK");
        fixture.store().reset(guest.session());
        assertThat(used()).isEqualTo(before);
    }

    @Test
    void shouldLimitWhatATransactionKeeps() {
        long before = used();
        int tx = guest.begin();
        int written = 0;
        while (guest.write(tx, "/g5/a", "x".repeat(1900)).equals("OK")) {
            written++;
        }
        assertThat(written).as("requests kept to be done again").isBetween(20, 60);
        assertThat(guest.read(tx, "/g5/a")).as("it goes on").hasSize(1900);
        assertThat(guest.commit(tx)).isEqualTo("ENOMEM");
        assertThat(guest.read("/g5/a")).isEqualTo("ENOENT");
        assertThat(used()).isEqualTo(before);
    }

    @Test
    void shouldLimitReadsOfATransactionByTheirPaths() {
        int tx = guest.begin();
        int reads = 0;
        while (!guest.read(tx, "/g5/" + reads + "/a".repeat(900)).equals("ENOMEM")) {
            reads++;
        }
        assertThat(reads).isLessThan(100);
        assertThat(guest.end(tx, false)).isEqualTo("OK");
    }

    @Test
    void shouldChargeTheOwnerOfANodeAndNotWhoWrites() {
        Client other = fixture.guest(6);
        guest.write("/g5/a", "");
        guest.chmod("/g5/a", "n5", "b6");
        long mine = used();
        long others = fixture.store().domains().usage().get(6).memory();
        assertThat(other.write("/g5/a", "x".repeat(1000))).isEqualTo("OK");
        assertThat(used()).isEqualTo(mine + 1000);
        assertThat(fixture.store().domains().usage().get(6).memory()).isEqualTo(others);
        dom0.chmod("/g5/a", "n6");
        assertThat(fixture.store().domains().usage().get(6).memory()).isGreaterThan(others + 1000);
    }

    @Test
    void shouldNotLimitThePrivilegedDomain() {
        for (int i = 0; i < 100; i++) {
            assertThat(dom0.write("/g5/" + i, "x".repeat(2000))).as("node of domain 5").isEqualTo("OK");
        }
        assertThat(guest.write("/g5/0", "x".repeat(2001))).as("more than it has").isEqualTo("ENOMEM");
        assertThat(guest.rm("/g5")).isEqualTo("OK");
    }

    @Test
    void shouldAgreeWithACountAfterEachChange() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int tx = 0;
        for (int i = 0; i < 5000; i++) {
            Client client = random.nextBoolean() ? guest : dom0;
            String path = "/g5" + "/a".repeat(random.nextInt(4)) + "/" + random.nextInt(5);
            int within = client == guest ? tx : 0;
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> client.write(within, path, "v".repeat(random.nextInt(300)));
                case 3 -> client.rm(within, path);
                case 4 -> client.chmod(within, path, "n5", "r" + random.nextInt(9), "b" + random.nextInt(9));
                case 5 -> client.watch(path, "" + random.nextInt(3));
                case 6 -> client.unwatch(path, "" + random.nextInt(3));
                default -> {
                    if (tx != 0) {
                        guest.end(tx, random.nextBoolean());
                    }
                    tx = tx == 0 ? guest.begin() : 0;
                }
            }
            assertThat(fixture.store().consistent()).as("step %d of seed %d", i, seed).isTrue();
        }
        fixture.store().domains().release(5);
        assertThat(fixture.store().domains().usage()).doesNotContainKey(5);
    }

    @Test
    void shouldAgreeWithACountWhereMostlyNobodyElseIsNamed() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            String path = "/plain" + ("/" + random.nextInt(3)).repeat(1 + random.nextInt(5));
            switch (random.nextInt(8)) {
                case 0 -> dom0.rm(0, path);
                case 1 -> dom0.chmod(0, path, "r0", "r32757");
                case 2 -> dom0.chmod(0, path, random.nextBoolean() ? "n0" : "n5");
                default -> dom0.write(0, path, "v".repeat(random.nextInt(30)));
            }
            assertThat(fixture.store().consistent()).as("step %d of seed %d", i, seed).isTrue();
        }
    }
}
