package dev.conduit.rendezvous.layout;

import java.util.Optional;

/**
 * The figures in a flow record, written by the server now and then; by its clock.
 *
 * @param opened when the connection was made, seconds since 1970
 * @param active when traffic was last noticed, seconds since 1970; noticed at most once in ten seconds
 * @param toServer bytes read by the server
 * @param toClient bytes written by the server
 */
public record FlowCounters(long opened, long active, long toServer, long toClient) {

    private static final String OPENED = "opened";
    private static final String ACTIVE = "active";
    private static final String TO_SERVER = "to-server";
    private static final String TO_CLIENT = "to-client";

    /**
     * Reads the figures of a record.
     *
     * @param record may come from a hostile domain
     * @return the figures; empty when there are none yet, or one is no number of at most 18 digits
     */
    public static Optional<FlowCounters> of(FlowRecord record) {
        for (String key : new String[] {OPENED, ACTIVE, TO_SERVER, TO_CLIENT}) {
            if (!record.field(key).matches("[0-9]{1,18}")) {
                return Optional.empty();
            }
        }
        return Optional.of(new FlowCounters(number(record, OPENED), number(record, ACTIVE),
                number(record, TO_SERVER), number(record, TO_CLIENT)));
    }

    private static long number(FlowRecord record, String key) {
        return Long.parseLong(record.field(key));
    }

    /**
     * Returns a record with these figures.
     *
     * @param record without them, or with older ones
     * @return the copy
     */
    public FlowRecord in(FlowRecord record) {
        return record.with(OPENED, Long.toString(opened)).with(ACTIVE, Long.toString(active))
                .with(TO_SERVER, Long.toString(toServer)).with(TO_CLIENT, Long.toString(toClient));
    }
}
