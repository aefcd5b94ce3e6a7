package dev.conduit.vchan;

/**
 * One shared access of a side in the model: all that other sides can see of it.
 *
 * @param where cell of {@link Model} for loads and stores
 * @param value what is stored, or-ed, masked with, or the event count that was seen
 * @param text for FAILED: what went wrong
 */
record ModelStep(Kind kind, int where, int value, String text) {

    enum Kind { LOAD, STORE, STORE_BYTE, OR, MASK, FENCE, SEND, EVENTS, AWAIT, DONE, FAILED }

    static ModelStep of(Kind kind, int where, int value) {
        return new ModelStep(kind, where, value, null);
    }
}
