package dev.conduit.core.local;

import dev.conduit.core.event.EventSource;
import dev.conduit.core.local.shared.EventMemory;
import dev.conduit.core.local.shared.EventMemoryLayout;

/** The events of one slot of the event memory. */
final class LocalEventSource implements EventSource {

    private final EventMemory memory;
    private final int slot;

    /** Where the next take begins, so that busy low ports do not keep others from their turn; the taker's own. */
    private int nextWord;
    private volatile boolean interrupted;

    LocalEventSource(EventMemory memory, int slot) {
        this.memory = memory;
        this.slot = slot;
    }

    @Override
    public int take(int[] ports, long timeoutNanos) {
        // Before the flag is read: an interrupt from now on changes the wake word, and the sleep does not begin.
        int wakeWord = memory.wakeWord(slot);
        int count = takePending(ports);
        if (count > 0 || timeoutNanos <= 0) {
            return count;
        }
        if (interrupted) {
            interrupted = false;
            return 0;
        }
        memory.sleep(slot, wakeWord, timeoutNanos);
        interrupted = false;
        return takePending(ports);
    }

    private int takePending(int[] ports) {
        int count = memory.take(slot, nextWord, ports);
        if (count == ports.length) {
            nextWord = ports[count - 1] / Long.SIZE + 1 < EventMemoryLayout.PENDING_WORDS
                    ? ports[count - 1] / Long.SIZE + 1 : 0;
        }
        return count;
    }

    @Override
    public void interrupt() {
        interrupted = true;
        memory.interrupt(slot);
    }
}
