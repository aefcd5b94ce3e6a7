package dev.conduit.rendezvous.directory.service;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * How one start went.
 *
 * @param service whose
 * @param number counts the starts of this directory, from 1
 * @param cause why
 * @param asker who asked first, as its protocol names it
 * @param asked when
 * @param phases how long after that each phase was reached; one that is missing was not, or not yet
 * @param failure why it failed, one line; empty when it did not
 */
public record StartRecord(
        String service, long number, Cause cause, String asker, Instant asked, Map<Phase, Duration> phases,
        String failure) {
}
