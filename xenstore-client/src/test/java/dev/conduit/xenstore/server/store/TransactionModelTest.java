package dev.conduit.xenstore.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.store.StoreFixture.Client;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random operations of several connections, most in transactions, against a plain map. A commit must have the effect
 * and the answers of running the whole transaction at that moment; a refused one must have been told something else.
 */
class TransactionModelTest {

    private static final String[] NAMES = {"a", "b", "c"};
    private static final List<String> VERBS = List.of("read", "list", "write", "mkdir", "rm");

    private record Request(String verb, String path, String value) {
    }

    private record Answered(Request request, String answer) {
    }

    /** Nodes of the subtree /m by path. */
    private static final class Model {

        private final TreeMap<String, String> nodes;

        Model(Map<String, String> nodes) {
            this.nodes = new TreeMap<>(nodes);
        }

        String run(Request request) {
            String path = request.path();
            switch (request.verb()) {
                case "read":
                    return nodes.getOrDefault(path, "ENOENT");
                case "list":
                    return nodes.containsKey(path) ? list(path) : "ENOENT";
                case "write":
                    make(path);
                    nodes.put(path, request.value());
                    return "OK";
                case "mkdir":
                    make(path);
                    return "OK";
                default:
                    if (!nodes.containsKey(path)) {
                        return nodes.containsKey(parent(path)) ? "OK" : "ENOENT";
                    }
                    nodes.keySet().removeIf(other -> other.equals(path) || other.startsWith(path + "/"));
                    return "OK";
            }
        }

        private String list(String path) {
            List<String> names = new ArrayList<>();
            for (String other : nodes.keySet()) {
                if (other.startsWith(path + "/") && parent(other).equals(path)) {
                    names.add(other.substring(path.length() + 1));
                }
            }
            return String.join(" ", names);
        }

        private void make(String path) {
            for (String at = path; at.length() > 2 && !nodes.containsKey(at); at = parent(at)) {
                nodes.put(at, "");
            }
        }

        private static String parent(String path) {
            return path.substring(0, path.lastIndexOf('/'));
        }
    }

    private static final class Running {

        private final Client client;
        private final int tx;
        private final List<Answered> log = new ArrayList<>();

        Running(Client client) {
            this.client = client;
            this.tx = client.begin();
        }

        boolean readOnly() {
            return log.stream().noneMatch(step -> !step.request().verb().matches("read|list")
                    && step.answer().equals("OK"));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void shouldCommitExactlyWhatCouldHaveRunAtOnce(long seed) {
        Random random = new Random(seed);
        StoreFixture fixture = new StoreFixture();
        fixture.dom0().mkdir("/m");
        Model model = new Model(Map.of("/m", ""));
        Map<Integer, Running> running = new HashMap<>();
        int commits = 0;
        int conflicts = 0;
        for (int i = 0; i < 4000; i++) {
            int who = random.nextInt(4);
            Running one = running.get(who);
            if (who == 0) {
                Request request = request(random);
                assertThat(run(fixture.dom0(), 0, request)).as("seed %d, step %d, %s", seed, i, request)
                        .isEqualTo(model.run(request));
            } else if (one == null) {
                running.put(who, new Running(fixture.dom0()));
            } else if (random.nextInt(5) > 0) {
                Request request = request(random);
                one.log.add(new Answered(request, run(one.client, one.tx, request)));
            } else {
                running.remove(who);
                boolean readOnly = one.readOnly();
                Model after = new Model(model.nodes);
                boolean same = one.log.stream().allMatch(step -> after.run(step.request()).equals(step.answer()));
                String result = one.client.commit(one.tx);
                assertThat(result).as("seed %d, step %d, %s", seed, i, one.log)
                        .isEqualTo(same || readOnly ? "OK" : "EAGAIN");
                if (result.equals("OK") && !readOnly) {
                    model = after;
                    commits++;
                } else if (!readOnly) {
                    conflicts++;
                }
            }
        }
        assertThat(commits).as("seed %d", seed).isGreaterThan(30);
        assertThat(conflicts).as("seed %d", seed).isGreaterThan(30);
        for (Map.Entry<String, String> node : model.nodes.entrySet()) {
            assertThat(fixture.dom0().read(node.getKey())).as("seed %d", seed).isEqualTo(node.getValue());
        }
        running.values().forEach(one -> one.client.end(one.tx, false));
        fixture.check();
    }

    private static Request request(Random random) {
        StringBuilder path = new StringBuilder("/m");
        for (int depth = 1 + random.nextInt(3); depth > 0; depth--) {
            path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
        }
        return new Request(VERBS.get(random.nextInt(VERBS.size())), path.toString(), "" + random.nextInt(3));
    }

    private static String run(Client client, int tx, Request request) {
        switch (request.verb()) {
            case "read":
                return client.read(tx, request.path());
            case "list":
                return client.list(tx, request.path());
            case "write":
                return client.write(tx, request.path(), request.value());
            case "mkdir":
                return client.mkdir(tx, request.path());
            default:
                return client.rm(tx, request.path());
        }
    }
}
