package dev.conduit.vchan;

import dev.conduit.vchan.ModelSide.Mutation;
import dev.conduit.vchan.ModelSide.Program;
import dev.conduit.vchan.ModelStep.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tries every order of the shared accesses of two sides.
 *
 * <p>Memory is weaker than x86 and in the respects that matter here as weak as ARM: each side has a store buffer that
 * empties at any time, in order; setting request bits waits in it like a store; only a fence, clearing notify bits and
 * sending an event wait until it is empty. Sleeping ends with an event and never by itself, so that a lost wake-up is
 * a state in which nobody can move.
 */
final class Model {

    static final int FLAGS = 4;
    private static final int EVENTS = 5;
    private static final int DATA = 7;
    private static final int MAX_STATES = 3_000_000;

    /** What a side has seen so far, and the access it does next. */
    private static final class Local {
        private final int id;
        private final int[] history;
        private final ModelStep next;
        private final Map<Integer, Local> after = new HashMap<>();

        Local(int id, int[] history, ModelStep next) {
            this.id = id;
            this.history = history;
            this.next = next;
        }
    }

    /** Everything: memory, then for each side where it stands and its store buffer, three numbers an entry. */
    private record State(int[] memory, Local[] sides, int[][] buffers) {

        @Override
        public boolean equals(Object other) {
            return other instanceof State that && Arrays.equals(memory, that.memory)
                    && Arrays.equals(sides, that.sides) && Arrays.deepEquals(buffers, that.buffers);
        }

        @Override
        public int hashCode() {
            int hash = Arrays.hashCode(memory);
            hash = 31 * hash + 1_000_003 * sides[0].id + sides[1].id;
            return 31 * hash + Arrays.deepHashCode(buffers);
        }

        @Override
        public String toString() {
            return "indices " + Arrays.toString(Arrays.copyOf(memory, 4)) + ", flags "
                    + Integer.toHexString(memory[FLAGS]) + ", server at " + sides[0].next + ", client at "
                    + sides[1].next;
        }
    }

    private final int size;
    private final int threshold;
    private final FlushPolicy flush;
    private final Mutation mutation;
    private final Program[] programs;
    private int locals;

    private Model(int size, int threshold, FlushPolicy flush, Mutation mutation, Program server, Program client) {
        this.size = size;
        this.threshold = threshold;
        this.flush = flush;
        this.mutation = mutation;
        this.programs = new Program[] {server, client};
    }

    int size() {
        return size;
    }

    int threshold() {
        return threshold;
    }

    /** The cell of a ring byte, in the ring whose producer index is given. */
    int data(int prodOffset, int index) {
        return DATA + (prodOffset == VchanPage.LEFT_PROD ? 0 : size) + (index & size - 1);
    }

    static int eventsOf(Role role) {
        return EVENTS + role.ordinal();
    }

    /**
     * Tries every order.
     *
     * @param threshold of the reader's deferred publication
     * @param firstIndex value of all indices at the start
     * @return the number of states; an AssertionError tells of a failed side or of sides that wait for ever
     */
    static int explore(int size, int threshold, FlushPolicy flush, int firstIndex, Mutation mutation, Program server,
            Program client) {
        return new Model(size, threshold, flush, mutation, server, client).explore(firstIndex);
    }

    private int explore(int firstIndex) {
        int[] memory = new int[DATA + 2 * size];
        Arrays.fill(memory, 0, FLAGS, firstIndex);
        memory[FLAGS] = VchanPage.LIVE_OPEN << VchanPage.shiftInFlags(VchanPage.CLI_LIVE)
                | VchanPage.LIVE_OPEN << VchanPage.shiftInFlags(VchanPage.SRV_LIVE);
        Local[] sides = {local(Role.SERVER, new int[0]), local(Role.CLIENT, new int[0])};
        State first = new State(memory, sides, new int[2][0]);
        Set<State> seen = new HashSet<>();
        Deque<State> open = new ArrayDeque<>();
        seen.add(first);
        open.push(first);
        while (!open.isEmpty()) {
            State state = open.pop();
            List<State> following = following(state);
            if (following.isEmpty() && !(done(state, 0) && done(state, 1))) {
                throw new AssertionError("nobody can move: " + state);
            }
            for (State next : following) {
                if (seen.add(next)) {
                    open.push(next);
                }
            }
            if (seen.size() > MAX_STATES) {
                throw new IllegalStateException("more than " + MAX_STATES + " states");
            }
        }
        return seen.size();
    }

    private static boolean done(State state, int side) {
        return state.sides[side].next.kind() == Kind.DONE;
    }

    private List<State> following(State state) {
        List<State> result = new ArrayList<>(4);
        for (int side = 0; side < 2; side++) {
            if (state.buffers[side].length > 0) {
                result.add(emptied(state, side));
            }
            ModelStep step = state.sides[side].next;
            if (step.kind() == Kind.FAILED) {
                throw new AssertionError(step.text());
            }
            if (possible(state, side, step)) {
                result.add(done(state, side, step));
            }
        }
        return result;
    }

    private static boolean possible(State state, int side, ModelStep step) {
        return switch (step.kind()) {
            case FENCE, MASK, SEND -> state.buffers[side].length == 0;
            case AWAIT -> state.memory[step.where()] != step.value();
            case DONE -> false;
            default -> true;
        };
    }

    /** The oldest entry of a side's store buffer reaches memory. */
    private static State emptied(State state, int side) {
        int[] memory = state.memory.clone();
        int[] buffer = state.buffers[side];
        apply(memory, buffer, 0);
        int[][] buffers = state.buffers.clone();
        buffers[side] = Arrays.copyOfRange(buffer, 3, buffer.length);
        return new State(memory, state.sides, buffers);
    }

    private State done(State state, int side, ModelStep step) {
        int[] memory = state.memory;
        int[][] buffers = state.buffers;
        int result = 0;
        switch (step.kind()) {
            case LOAD -> result = load(state, side, step.where());
            case EVENTS, AWAIT -> result = memory[step.where()];
            case STORE, STORE_BYTE, OR -> {
                buffers = buffers.clone();
                int[] old = buffers[side];
                buffers[side] = Arrays.copyOf(old, old.length + 3);
                buffers[side][old.length] = step.kind().ordinal();
                buffers[side][old.length + 1] = step.where();
                buffers[side][old.length + 2] = step.value();
            }
            case MASK -> {
                memory = memory.clone();
                result = memory[step.where()];
                memory[step.where()] &= step.value();
            }
            case SEND -> {
                memory = memory.clone();
                memory[step.where()]++;
            }
            default -> {
                // A fence has done its work by waiting.
            }
        }
        Local[] sides = state.sides.clone();
        sides[side] = after(sides[side], Role.values()[side], result);
        return new State(memory, sides, buffers);
    }

    /** A side sees its own stores before they reach memory. */
    private static int load(State state, int side, int where) {
        int[] buffer = state.buffers[side];
        if (buffer.length == 0) {
            return state.memory[where];
        }
        int[] memory = state.memory.clone();
        for (int entry = 0; entry < buffer.length; entry += 3) {
            apply(memory, buffer, entry);
        }
        return memory[where];
    }

    private static void apply(int[] memory, int[] buffer, int entry) {
        int where = buffer[entry + 1];
        int value = buffer[entry + 2];
        switch (Kind.values()[buffer[entry]]) {
            case STORE -> memory[where] = value;
            case OR -> memory[where] |= value;
            default -> memory[FLAGS] = memory[FLAGS] & ~(0xFF << where) | value << where;
        }
    }

    private Local after(Local local, Role role, int result) {
        return local.after.computeIfAbsent(result, key -> {
            int[] history = Arrays.copyOf(local.history, local.history.length + 1);
            history[local.history.length] = result;
            return local(role, history);
        });
    }

    private Local local(Role role, int[] history) {
        return new Local(locals++, history,
                ModelSide.next(this, role, flush, mutation, programs[role.ordinal()], history));
    }
}
