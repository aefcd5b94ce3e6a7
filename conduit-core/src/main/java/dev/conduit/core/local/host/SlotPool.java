package dev.conduit.core.local.host;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Gives out the slots of the event memory. A slot given back rests before it is used again: a process that lost its
 * domain may look at its slot until it hears of the loss, and must not take another's events then.
 */
final class SlotPool {

    /** How many slots rest; each costs the memory of a slot. */
    static final int RESTING = 32;

    private final int size;
    private final Deque<Integer> free = new ArrayDeque<>();
    private int used;

    SlotPool(int size) {
        this.size = size;
    }

    /** The next slot, still free until {@link #take}. */
    int next() throws Refusal {
        if (free.size() > RESTING || used == size && !free.isEmpty()) {
            return free.getFirst();
        }
        if (used == size) {
            throw Refusal.full("the host serves " + size + " processes, the most it may");
        }
        return used;
    }

    /** Takes the slot {@link #next} gave. */
    void take(int slot) {
        if (slot == used) {
            used++;
        } else {
            free.removeFirst();
        }
    }

    void release(int slot) {
        free.addLast(slot);
    }
}
