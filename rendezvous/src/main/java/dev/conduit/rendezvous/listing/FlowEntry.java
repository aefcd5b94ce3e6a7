package dev.conduit.rendezvous.listing;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.FlowCounters;
import dev.conduit.rendezvous.layout.FlowRecord;
import java.util.Optional;

/**
 * One flow.
 *
 * @param flow its id
 * @param owner who made the record: the client
 * @param record what the two sides wrote; empty when it is no record
 */
public record FlowEntry(String flow, DomainId owner, Optional<FlowRecord> record) {

    /**
     * Returns a field of the record.
     *
     * @param key such as {@link FlowRecord#SERVER}
     * @return its value, or the empty text
     */
    public String field(String key) {
        return record.map(present -> present.field(key)).orElse("");
    }

    /**
     * Returns the state.
     *
     * @return for example {@code established}; {@code malformed} when there is no record
     */
    public String state() {
        return record.map(present -> present.state().word()).orElse("malformed");
    }

    /**
     * Returns what went through it.
     *
     * @return the server's figures; empty for a young flow, or one that is not established
     */
    public Optional<FlowCounters> counters() {
        return record.flatMap(FlowCounters::of);
    }
}
