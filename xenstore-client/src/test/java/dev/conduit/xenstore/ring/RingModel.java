package dev.conduit.xenstore.ring;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Two sides of a ring in every order of their shared accesses, with store buffers: a side's stores become visible later
 * than it makes them, bytes in any order, an index only behind everything stored before it. The next access of a side
 * is a function of the results of its earlier ones, so a side is run from its start again for each step, without
 * threads.
 */
final class RingModel {

    /** What may be wrong. */
    enum Mutation { NONE, NO_EVENT_AFTER_WRITE, NO_EVENT_AFTER_READ, COUNT_AFTER_LOOK, PLAIN_INDEX }

    private enum Kind { LOAD, STORE, STORE_RELEASE, SEND, EVENTS, AWAIT, DONE }

    private record Access(Kind kind, int where, int value) {
    }

    private record State(Map<Integer, Integer> memory, List<List<Integer>> results, List<List<Access>> buffers,
            List<Integer> events) {
    }

    /** Ends the run of a side at its first access without a result. */
    private static final class Frontier extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Access access;

        Frontier(Access access) {
            super(null, null, false, false);
            this.access = access;
        }
    }

    /** One side while it runs: its memory and its event channel. */
    static final class Side extends RingMemory {
        private final List<Integer> results;
        private final Mutation mutation;
        private int next;

        private Side(List<Integer> results, Mutation mutation) {
            this.results = results;
            this.mutation = mutation;
        }

        private int step(Kind kind, int where, int value) {
            if (next == results.size()) {
                throw new Frontier(new Access(kind, where, value));
            }
            return results.get(next++);
        }

        @Override
        public int loadAcquire(int offset) {
            return step(Kind.LOAD, offset, 0);
        }

        @Override
        public void storeRelease(int offset, int value) {
            step(mutation == Mutation.PLAIN_INDEX ? Kind.STORE : Kind.STORE_RELEASE, offset, value);
        }

        @Override
        void get(int offset, ByteBuffer target, int count) {
            for (int i = 0; i < count; i++) {
                target.put((byte) step(Kind.LOAD, offset + i, 0));
            }
        }

        @Override
        void put(int offset, ByteBuffer source, int count) {
            for (int i = 0; i < count; i++) {
                step(Kind.STORE, offset + i, source.get());
            }
        }

        /** Sends as one does after moving bytes: always. */
        void send(boolean written) {
            if (mutation != (written ? Mutation.NO_EVENT_AFTER_WRITE : Mutation.NO_EVENT_AFTER_READ)) {
                step(Kind.SEND, 0, 0);
            }
        }

        int events() {
            return step(Kind.EVENTS, 0, 0);
        }

        /** Waits for a count other than the one seen before the look. */
        int await(int seen) {
            return step(Kind.AWAIT, 0, mutation == Mutation.COUNT_AFTER_LOOK ? events() : seen);
        }
    }

    private final List<Consumer<Side>> programs;
    private final Mutation mutation;
    private final Deque<State> open = new ArrayDeque<>();
    private final Set<State> known = new HashSet<>();

    private RingModel(Mutation mutation, List<Consumer<Side>> programs) {
        this.mutation = mutation;
        this.programs = programs;
    }

    /** Tries every order; the number of states. Fails where a side fails or nobody can move any more. */
    static int explore(Mutation mutation, Map<Integer, Integer> memory, Consumer<Side> first, Consumer<Side> second) {
        RingModel model = new RingModel(mutation, List.of(first, second));
        model.reach(new State(memory, List.of(List.of(), List.of()), List.of(List.of(), List.of()), List.of(0, 0)));
        while (!model.open.isEmpty()) {
            model.expand(model.open.pop());
        }
        return model.known.size();
    }

    private void reach(State state) {
        if (known.add(state)) {
            open.push(state);
        }
    }

    private void expand(State state) {
        int before = known.size();
        boolean moved = false;
        boolean done = true;
        for (int side = 0; side < 2; side++) {
            Access access = next(side, state.results.get(side));
            done &= access.kind == Kind.DONE;
            moved |= perform(state, side, access);
            moved |= drain(state, side);
        }
        if (!moved && !done) {
            throw new AssertionError("nobody can move, after " + before + " states");
        }
    }

    private Access next(int side, List<Integer> results) {
        try {
            programs.get(side).accept(new Side(results, mutation));
            return new Access(Kind.DONE, 0, 0);
        } catch (Frontier frontier) {
            return frontier.access;
        }
    }

    private boolean perform(State state, int side, Access access) {
        List<Access> buffer = state.buffers.get(side);
        int events = state.events.get(side);
        switch (access.kind) {
            case LOAD -> reach(withResult(state, side, load(state, buffer, access.where)));
            case STORE, STORE_RELEASE -> {
                List<Access> longer = new ArrayList<>(buffer);
                longer.add(access);
                reach(withResult(withBuffer(state, side, longer, state.memory), side, 0));
            }
            case EVENTS -> reach(withResult(state, side, events));
            case AWAIT -> {
                if (events == access.value) {
                    return false;
                }
                reach(withResult(state, side, events));
            }
            // An event is an atomic operation on memory: everything stored before is visible.
            case SEND -> {
                if (!buffer.isEmpty()) {
                    return false;
                }
                State sent = new State(state.memory, state.results, state.buffers,
                        replaced(state.events, 1 - side, state.events.get(1 - side) + 1));
                reach(withResult(sent, side, 0));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static int load(State state, List<Access> buffer, int where) {
        for (int i = buffer.size() - 1; i >= 0; i--) {
            if (buffer.get(i).where == where) {
                return buffer.get(i).value;
            }
        }
        return state.memory.getOrDefault(where, 0);
    }

    private boolean drain(State state, int side) {
        List<Access> buffer = state.buffers.get(side);
        for (int i = 0; i < buffer.size(); i++) {
            Access store = buffer.get(i);
            boolean first = buffer.subList(0, i).stream().noneMatch(earlier -> earlier.where == store.where);
            if (first && (i == 0 || store.kind == Kind.STORE)) {
                List<Access> shorter = new ArrayList<>(buffer);
                shorter.remove(i);
                Map<Integer, Integer> memory = new HashMap<>(state.memory);
                memory.put(store.where, store.value);
                reach(withBuffer(state, side, shorter, memory));
            }
        }
        return !buffer.isEmpty();
    }

    private static State withResult(State state, int side, int result) {
        List<Integer> longer = new ArrayList<>(state.results.get(side));
        longer.add(result);
        return new State(state.memory, replaced(state.results, side, longer), state.buffers, state.events);
    }

    private static State withBuffer(State state, int side, List<Access> buffer, Map<Integer, Integer> memory) {
        return new State(memory, state.results, replaced(state.buffers, side, buffer), state.events);
    }

    private static <T> List<T> replaced(List<T> list, int index, T value) {
        List<T> copy = new ArrayList<>(list);
        copy.set(index, value);
        return copy;
    }
}
