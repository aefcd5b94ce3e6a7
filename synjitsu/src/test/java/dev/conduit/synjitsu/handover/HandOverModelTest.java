package dev.conduit.synjitsu.handover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.DomainId;
import dev.conduit.synjitsu.handover.Turn.Word;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every order of: a client that sends and repeats bytes, the steps of the front and of the service, the front's time-out,
 * and a crash of the front (which starts again from XenStore) or of the service (which boots again) between any two of
 * them. In each state it holds that one side at most handles a segment, and that what was acknowledged is what the owner
 * has, in order and once.
 *
 * <p>A connection is the count of bytes received in order: the front's is in XenStore, as the front writes before it
 * acknowledges. A segment is the number of one byte.
 */
final class HandOverModelTest {

    private static final int BYTES = 3;
    private static final int CRASHES = 2;
    private static final long GENERATIONS = 4;
    private static final int DEAD = -1;
    private static final String CONNECTION = StatePaths.service("www") + "/tcpv4/0";

    /** What the service's program has done. */
    private enum Program { DOWN, UP, LOOKED, ASKED, READ, TAKEN }

    /**
     * One state of the world.
     *
     * @param store XenStore
     * @param front what the front believes; null while it is dead
     * @param kept the segment that came while frozen, or -1
     * @param program the service
     * @param asked generation it asked for
     * @param socket bytes in the socket the service has made ready or serves; -1 without
     * @param acknowledged by whoever handled the segment
     * @param crashes so far
     */
    private record World(Map<String, String> store, Turn front, int kept, Program program, long asked, int socket,
            int acknowledged, int crashes) {

        World with(MapStore changed) {
            return new World(Map.copyOf(new TreeMap<>(changed.values)), front, kept, program, asked, socket,
                    acknowledged, crashes);
        }

        World front(Turn turn) {
            return new World(store, turn, kept, program, asked, socket, acknowledged, crashes);
        }

        World kept(int segment) {
            return new World(store, front, segment, program, asked, socket, acknowledged, crashes);
        }

        World service(Program now, long generation, int bytes) {
            return new World(store, front, kept, now, generation, bytes, acknowledged, crashes);
        }

        World acknowledged(int bytes) {
            return new World(store, front, kept, program, asked, socket, bytes, crashes);
        }

        World crashed() {
            return new World(store, front, kept, program, asked, socket, acknowledged, crashes + 1);
        }

        int held() {
            return Integer.parseInt(store.getOrDefault(CONNECTION, "-1"));
        }
    }

    private interface Step {
        Optional<World> take(World world) throws XenStoreException;
    }

    private final FrontSide front = new FrontSide("www");
    private final ServiceSide service = new ServiceSide("www");
    private final Map<String, Step> steps = new TreeMap<>();

    {
        for (int segment = 0; segment < BYTES; segment++) {
            int number = segment;
            steps.put("segment " + number, world -> segment(world, number));
        }
        steps.put("front crashes", world -> world.front() == null || world.crashes() == CRASHES
                ? Optional.empty() : Optional.of(world.crashed().front(null).kept(-1)));
        steps.put("front starts", this::frontStarts);
        steps.put("front freezes", this::freezes);
        steps.put("front looks", world -> settles(world, false));
        steps.put("front's time is up", world -> settles(world, true));
        steps.put("front arms", this::arms);
        steps.put("front admits", this::admits);
        steps.put("service boots", HandOverModelTest::boots);
        steps.put("service crashes", HandOverModelTest::crashes);
        steps.put("service looks", this::looks);
        steps.put("service asks", this::asks);
        steps.put("service reads", this::reads);
        steps.put("service commits", this::commits);
        steps.put("service gives up", this::givesUp);
    }

    /** A segment goes to the front as long as that has the address; to the service once the front has let it go. */
    private static Optional<World> segment(World world, int number) throws XenStoreException {
        if (number > world.acknowledged()) {
            return Optional.empty(); // the client does not send ahead of what was acknowledged
        }
        Turn turn = world.front();
        if (turn == null) {
            return Optional.empty(); // lost; the client repeats it
        }
        return switch (turn.word()) {
            case HOLDING -> Optional.of(frontHandles(world, number));
            case FROZEN -> Optional.of(world.kept(number));
            default -> Optional.of(serviceHandles(world, number));
        };
    }

    /** It writes before it acknowledges; what it has already it acknowledges again. */
    private static World frontHandles(World world, int number) throws XenStoreException {
        if (world.held() < 0) {
            return world; // no such connection: a reset, which the checks below would find
        }
        MapStore store = new MapStore(world.store());
        store.write(CONNECTION, String.valueOf(Math.max(world.held(), number + 1)));
        World after = world.with(store);
        return after.acknowledged(Math.max(after.acknowledged(), after.held()));
    }

    private static World serviceHandles(World world, int number) {
        if (world.program() != Program.TAKEN || world.socket() < 0) {
            return world;
        }
        int bytes = Math.max(world.socket(), number + 1);
        return world.service(Program.TAKEN, world.asked(), bytes).acknowledged(Math.max(world.acknowledged(), bytes));
    }

    private Optional<World> frontStarts(World world) throws XenStoreException {
        if (world.front() != null) {
            return Optional.empty();
        }
        MapStore store = new MapStore(world.store());
        Turn now = world.program() == Program.DOWN ? front.arm(store) : front.recover(store);
        return Optional.of(world.with(store).front(now));
    }

    private Optional<World> freezes(World world) throws XenStoreException {
        if (world.front() == null || world.front().word() != Word.HOLDING || world.program() == Program.DOWN) {
            return Optional.empty();
        }
        MapStore store = new MapStore(world.store());
        long generation = world.front().generation();
        return front.freeze(store, generation, new XenStoreChanges())
                ? Optional.of(world.with(store).front(new Turn(Word.FROZEN, generation))) : Optional.empty();
    }

    private Optional<World> settles(World world, boolean late) throws XenStoreException {
        if (world.front() == null || world.front().word() != Word.FROZEN
                || world.front().generation() >= GENERATIONS) {
            return Optional.empty();
        }
        MapStore store = new MapStore(world.store());
        Turn now = front.settle(store, world.front().generation(), late || world.program() == Program.DOWN);
        World after = world.with(store).front(now);
        if (now.word() == Word.FROZEN || world.kept() < 0) {
            return Optional.of(after);
        }
        return segment(after.kept(-1), world.kept());
    }

    /** At any time: a front that begins does it again for a service that runs. */
    private Optional<World> admits(World world) throws XenStoreException {
        if (world.front() == null || world.program() == Program.DOWN) {
            return Optional.empty();
        }
        MapStore store = new MapStore(world.store());
        front.admit(store, new DomainId(7));
        return Optional.of(world.with(store));
    }

    private static Optional<World> boots(World world) {
        return world.program() == Program.DOWN && world.acknowledged() != DEAD
                ? Optional.of(world.service(Program.UP, 0, -1)) : Optional.empty();
    }

    /** With what it had taken its connections die: the client is to be told, and nobody may go on with them. */
    private static Optional<World> crashes(World world) {
        if (world.program() == Program.DOWN || world.crashes() == CRASHES) {
            return Optional.empty();
        }
        World after = world.crashed().service(Program.DOWN, 0, -1);
        return Optional.of(world.program() == Program.TAKEN ? after.acknowledged(DEAD) : after);
    }

    /** The directory says that the service is gone. */
    private Optional<World> arms(World world) throws XenStoreException {
        if (world.front() == null || world.program() != Program.DOWN || world.front().generation() >= GENERATIONS) {
            return Optional.empty();
        }
        MapStore store = new MapStore(world.store());
        Turn now = front.arm(store);
        return Optional.of(world.with(store).front(now).kept(-1));
    }

    private Optional<World> looks(World world) throws XenStoreException {
        if (world.program() != Program.UP) {
            return Optional.empty();
        }
        return service.front(new MapStore(world.store())).filter(turn -> turn.word() == Word.HOLDING)
                .map(turn -> world.service(Program.LOOKED, turn.generation(), -1));
    }

    private Optional<World> asks(World world) throws XenStoreException {
        if (world.program() != Program.LOOKED) {
            return Optional.empty();
        }
        MapStore store = new MapStore(world.store());
        service.prepare(store, world.asked());
        return Optional.of(world.with(store).service(Program.ASKED, world.asked(), -1));
    }

    private Optional<World> reads(World world) throws XenStoreException {
        if (world.program() != Program.ASKED) {
            return Optional.empty();
        }
        MapStore store = new MapStore(world.store());
        boolean frozen = service.front(store).filter(turn -> turn.is(Word.FROZEN, world.asked())).isPresent();
        boolean waiting = service.front(store).filter(turn -> turn.is(Word.HOLDING, world.asked())).isPresent();
        if (waiting) {
            return Optional.empty();
        }
        return Optional.of(frozen ? world.service(Program.READ, world.asked(), world.held())
                : world.service(Program.UP, 0, -1));
    }

    private Optional<World> commits(World world) throws XenStoreException {
        if (world.program() != Program.READ) {
            return Optional.empty();
        }
        MapStore store = new MapStore(world.store());
        boolean taken = service.commit(store, world.asked());
        return Optional.of(taken ? world.with(store).service(Program.TAKEN, world.asked(), world.socket())
                : world.service(Program.UP, 0, -1));
    }

    private Optional<World> givesUp(World world) throws XenStoreException {
        if (world.program() != Program.READ && world.program() != Program.ASKED) {
            return Optional.empty();
        }
        MapStore store = new MapStore(world.store());
        service.abort(store, world.asked());
        return Optional.of(world.with(store).service(Program.UP, 0, -1));
    }

    private static void check(World world, List<String> path) {
        Turn turn = Turn.parse(world.store().get(StatePaths.state("www")).getBytes()).orElseThrow();
        boolean committed = world.program() == Program.TAKEN;
        boolean frontOwns = world.front() != null && world.front().word() == Word.HOLDING;
        assertThat(frontOwns && committed).as("both own the connection after %s", path).isFalse();
        if (committed) {
            assertThat(world.socket()).as("bytes of the service after %s", path).isEqualTo(world.acknowledged());
            assertThat(turn.is(Word.FROZEN, world.asked()) || turn.is(Word.RELEASED, world.asked()))
                    .as("XenStore says %s after %s", turn, path).isTrue();
        } else if (world.acknowledged() != DEAD) {
            assertThat(turn.word()).as("XenStore after %s", path).isNotEqualTo(Word.RELEASED);
            assertThat(world.held()).as("bytes of the front after %s", path).isEqualTo(world.acknowledged());
        } else if (frontOwns) {
            assertThat(world.held()).as("a dead connection after %s", path).isEqualTo(-1);
        }
    }

    @Test
    void shouldHaveOneOwnerInEveryOrderAndLoseNothing() throws XenStoreException {
        MapStore store = new MapStore(Map.of(CONNECTION, "0"));
        Turn armed = front.arm(store);
        World first = new World(Map.copyOf(store.values), armed, -1, Program.DOWN, 0, -1, 0, 0);
        Map<World, List<String>> seen = new HashMap<>();
        Queue<World> next = new ArrayDeque<>(List.of(first));
        seen.put(first, List.of());
        int handedOver = 0;
        while (!next.isEmpty()) {
            World world = next.remove();
            check(world, seen.get(world));
            handedOver += world.program() == Program.TAKEN && world.acknowledged() == BYTES ? 1 : 0;
            boolean any = false;
            for (Map.Entry<String, Step> step : steps.entrySet()) {
                Optional<World> after = step.getValue().take(world);
                any |= after.isPresent() && !after.get().equals(world);
                if (after.isPresent() && !seen.containsKey(after.get())) {
                    List<String> path = new ArrayList<>(seen.get(world));
                    path.add(step.getKey());
                    seen.put(after.get(), path);
                    next.add(after.get());
                }
            }
            boolean done = world.program() == Program.TAKEN && world.acknowledged() == BYTES || world.acknowledged() == DEAD
                    || world.front() != null && world.front().generation() >= GENERATIONS;
            assertThat(any || done).as("it can go on after %s", seen.get(world)).isTrue();
        }
        assertThat(seen).hasSizeGreaterThan(500);
        assertThat(handedOver).isPositive();
    }
}
