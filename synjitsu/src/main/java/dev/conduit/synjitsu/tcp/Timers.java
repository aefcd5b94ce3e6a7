package dev.conduit.synjitsu.tcp;

import java.util.Arrays;

/** The connections' deadlines, soonest first: a binary heap in which each connection knows its place. */
final class Timers {

    static final int NOT_THERE = -1;

    private Connection[] heap = new Connection[16];
    private int size;

    Connection first() {
        return size == 0 ? null : heap[0];
    }

    void schedule(Connection connection, long deadline) {
        connection.deadline = deadline;
        if (connection.timerPlace == NOT_THERE) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, 2 * size);
            }
            place(connection, size++);
        }
        up(connection.timerPlace);
        down(connection.timerPlace);
    }

    void cancel(Connection connection) {
        int at = connection.timerPlace;
        if (at == NOT_THERE) {
            return;
        }
        connection.timerPlace = NOT_THERE;
        Connection last = heap[--size];
        heap[size] = null;
        if (last != connection) {
            place(last, at);
            up(at);
            down(last.timerPlace);
        }
    }

    private void up(int from) {
        int at = from;
        while (at > 0 && isSooner(at, (at - 1) / 2)) {
            swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private void down(int from) {
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child + 1 < size && isSooner(child + 1, child)) {
                child++;
            }
            if (child >= size || !isSooner(child, at)) {
                return;
            }
            swap(at, child);
            at = child;
        }
    }

    private boolean isSooner(int a, int b) {
        return heap[a].deadline - heap[b].deadline < 0;
    }

    private void swap(int a, int b) {
        Connection other = heap[a];
        place(heap[b], a);
        place(other, b);
    }

    private void place(Connection connection, int at) {
        heap[at] = connection;
        connection.timerPlace = at;
    }
}
