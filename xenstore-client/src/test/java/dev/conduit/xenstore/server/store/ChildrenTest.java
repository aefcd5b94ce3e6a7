package dev.conduit.xenstore.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.wire.Payload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ChildrenTest {

    private static final Acl ACL = Acl.of(Permission.parse("n0"));

    private static Node node() {
        return new Node(new byte[0], ACL, null, 0, 0);
    }

    private static List<String> names(Children tree) {
        List<String> names = new ArrayList<>();
        Children.forEach(tree, (name, node) -> names.add(name));
        return names;
    }

    @Test
    void shouldBehaveLikeASortedMap() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            TreeMap<String, Node> model = new TreeMap<>();
            Children tree = null;
            for (int i = 0; i < 2000; i++) {
                String name = "n" + random.nextInt(400);
                if (random.nextInt(3) > 0) {
                    Node node = node();
                    model.put(name, node);
                    tree = Children.with(tree, name, node);
                } else if (model.remove(name) != null) {
                    tree = Children.without(tree, name);
                }
                assertThat(Children.count(tree)).as("seed %d", seed).isEqualTo(model.size());
                assertThat(Children.get(tree, name)).as("seed %d", seed).isSameAs(model.get(name));
            }
            assertThat(names(tree)).as("seed %d", seed).containsExactlyElementsOf(model.keySet());
        }
    }

    @Test
    void shouldLeaveOlderVersionsAlone() {
        Children before = null;
        for (int i = 0; i < 100; i++) {
            before = Children.with(before, "n" + i, node());
        }
        List<String> names = names(before);
        Children after = Children.without(Children.with(before, "x", node()), "n50");

        assertThat(names(before)).isEqualTo(names);
        assertThat(names(after)).contains("x").doesNotContain("n50").hasSize(100);
    }

    @Test
    void shouldStayBalancedWhenNamesComeInOrder() {
        Children tree = null;
        for (int i = 0; i < 10_000; i++) {
            tree = Children.with(tree, String.format("%05d", i), node());
        }
        // An AVL tree of 10,000 entries is at most 1.44 log2(10,000) = 19 high.
        assertThat(Children.height(tree)).isLessThanOrEqualTo(19);
        for (int i = 0; i < 9_990; i++) {
            tree = Children.without(tree, String.format("%05d", i));
        }
        assertThat(Children.height(tree)).isLessThanOrEqualTo(5);
    }

    @Test
    void shouldEncodeNamesFromAnyNameOn() {
        Children tree = null;
        for (int i = 0; i < 500; i++) {
            tree = Children.with(tree, "name-" + i, node());
        }
        int total = Children.nameBytes(tree);
        List<String> read = new ArrayList<>();
        int offset = 0;
        while (offset < total) {
            byte[] part = Children.encode(tree, offset, 100);
            assertThat(part.length).isBetween(1, 100);
            read.addAll(Payload.split(part));
            offset += part.length;
        }

        assertThat(offset).isEqualTo(total);
        assertThat(read).isEqualTo(names(tree));
        assertThat(Children.encode(tree, total, 100)).isEmpty();
        assertThat(Children.encode(tree, total + 5, 100)).isEmpty();
    }

    @Test
    void shouldCompareNamesOnly() {
        Children a = Children.with(Children.with(null, "x", node()), "y", node());
        Children b = Children.with(Children.with(null, "y", node()), "x", node());

        assertThat(Children.sameNames(a, b)).isTrue();
        assertThat(Children.sameNames(a, Children.without(b, "x"))).isFalse();
        assertThat(Children.sameNames(null, null)).isTrue();
        assertThat(Children.sameNames(Children.with(null, "ab", node()), Children.with(null, "ba", node()))).isFalse();
    }

    @Test
    void shouldCompareNamesOfTreesOfAnyShape() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Children a = null;
        Children b = null;
        for (int i = 0; i < 20_000; i++) {
            String name = Integer.toString(random.nextInt(40), 36);
            boolean add = random.nextBoolean();
            if (random.nextInt(3) > 0) {
                a = add ? Children.with(a, name, node()) : Children.without(a, name);
            }
            if (random.nextInt(3) > 0) {
                b = add ? Children.with(b, name, node()) : Children.without(b, name);
            }
            boolean same = Arrays.equals(Children.encode(a, 0, Children.nameBytes(a)),
                    Children.encode(b, 0, Children.nameBytes(b)));
            assertThat(Children.sameNames(a, b)).as("step %d of seed %d", i, seed).isEqualTo(same);
            if (random.nextInt(10) == 0) {
                b = a;
            }
        }
    }
}
