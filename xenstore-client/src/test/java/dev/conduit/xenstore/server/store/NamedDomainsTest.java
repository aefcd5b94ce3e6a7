package dev.conduit.xenstore.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.store.StoreFixture.Client;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever names a domain in its permissions is found when the domain goes, whatever happened to the tree before. */
class NamedDomainsTest {

    private static final int DOMAINS = 4;
    private static final String[] NAMES = {"a", "b", "c"};

    private final StoreFixture fixture = new StoreFixture();
    private final Client dom0 = fixture.dom0();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldLeaveNothingThatNamesAReleasedDomain(long seed) {
        Random random = new Random(seed);
        List<Client> guests = new ArrayList<>(List.of(dom0));
        for (int domain = 1; domain < DOMAINS; domain++) {
            fixture.store().domains().introduce(domain);
            guests.add(fixture.connect(domain));
        }
        for (int step = 0; step < 3000; step++) {
            int tx = random.nextInt(4) == 0 ? dom0.begin() : 0;
            Client actor = tx == 0 ? guests.get(random.nextInt(DOMAINS)) : dom0;
            for (int i = random.nextInt(3); i >= 0; i--) {
                change(random, actor, tx);
            }
            if (tx != 0) {
                dom0.end(tx, random.nextBoolean());
            }
            fixture.check();
            if (random.nextInt(50) == 0) {
                int domain = 1 + random.nextInt(DOMAINS - 1);
                release(domain);
                fixture.store().domains().introduce(domain);
                guests.set(domain, fixture.connect(domain));
            }
        }
        release(1);
        release(2);
        release(3);
        assertThat(permissions("/").values()).allMatch(text -> text.matches("[nrwb]0( [nrwb]0)*"));
    }

    private static void change(Random random, Client actor, int tx) {
        StringBuilder path = new StringBuilder();
        for (int depth = 1 + random.nextInt(4); depth > 0; depth--) {
            path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
        }
        switch (random.nextInt(10)) {
            case 0 -> actor.rm(tx, path.toString());
            case 1, 2, 3, 4 -> actor.mkdir(tx, path.toString());
            default -> actor.chmod(tx, random.nextInt(20) == 0 ? "/" : path.toString(), entries(random));
        }
    }

    private static String[] entries(Random random) {
        String[] entries = new String[1 + random.nextInt(3)];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = "nrwb".charAt(random.nextInt(4)) + "" + random.nextInt(DOMAINS);
        }
        return entries;
    }

    private void release(int domain) {
        Map<String, String> before = permissions("/");
        fixture.store().domains().release(domain);
        fixture.check();
        Map<String, String> left = new TreeMap<>(before);
        left.keySet().removeIf(path -> !path.equals("/") && owned(before, path, domain));
        left.replaceAll((path, entries) -> without(entries, domain));
        assertThat(permissions("/")).isEqualTo(left);
    }

    /** Whether a node or one above goes with its owner. */
    private static boolean owned(Map<String, String> entries, String path, int domain) {
        for (String at = path; !at.isEmpty(); at = at.substring(0, at.lastIndexOf('/'))) {
            if (owner(entries.getOrDefault(at, "")) == domain) {
                return true;
            }
        }
        return false;
    }

    private static int owner(String entries) {
        return entries.isEmpty() ? -1 : Integer.parseInt(entries.split(" ")[0].substring(1));
    }

    private static String without(String entries, int domain) {
        List<String> left = new ArrayList<>();
        for (String entry : entries.split(" ")) {
            boolean gone = entry.substring(1).equals(Integer.toString(domain));
            if (!gone || left.isEmpty()) {
                left.add(gone ? "n0" : entry);
            }
        }
        return String.join(" ", left);
    }

    /** Of a node and all below, by path. */
    private Map<String, String> permissions(String path) {
        Map<String, String> all = new TreeMap<>();
        all.put(path, dom0.perms(path));
        String names = dom0.list(path);
        if (!names.isEmpty()) {
            for (String name : names.split(" ")) {
                all.putAll(permissions(path.equals("/") ? "/" + name : path + "/" + name));
            }
        }
        return all;
    }

    @Test
    void shouldNoteADomainOnceForAWholeTree() {
        Client guest = fixture.guest(5);
        for (int i = 0; i < 100; i++) {
            guest.mkdir("/g5/" + i + "/below");
        }
        assertThat(Mentions.all(fixture.store().workspace().root(), List.of("/g5"), 5)).hasSize(201);
    }
}
