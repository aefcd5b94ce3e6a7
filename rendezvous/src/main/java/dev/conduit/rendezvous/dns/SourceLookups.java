package dev.conduit.rendezvous.dns;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks sources; equal questions at one time are one. */
final class SourceLookups implements Lookups {

    private static final Logger LOG = LoggerFactory.getLogger(SourceLookups.class);
    private static final Flight FAILED = Flight.landed(DnsAnswer.outOfResources());

    private final Map<Question, Flight> running = new ConcurrentHashMap<>();
    private final int most;

    /** With the largest number of questions at one time; beyond it the answer is "out of resources". */
    SourceLookups(int most) {
        this.most = most;
    }

    @Override
    public Flight ask(Question question) {
        if (!running.isEmpty()) {
            Flight same = running.get(question);
            if (same != null) {
                return same;
            }
            if (running.size() >= most) {
                return FAILED;
            }
        }
        CompletionStage<DnsAnswer> stage = lookup(question);
        if (stage instanceof CompletableFuture<DnsAnswer> future && future.isDone()
                && !future.isCompletedExceptionally()) {
            return Flight.landed(checked(question, future.join(), null));
        }
        Flight flight = new Flight();
        running.put(question, flight);
        stage.whenComplete((answer, failure) -> {
            running.remove(question, flight);
            flight.land(checked(question, answer, failure));
        });
        return flight;
    }

    private static CompletionStage<DnsAnswer> lookup(Question question) {
        try {
            CompletionStage<DnsAnswer> stage = question.source().lookup(question.name(), question.type());
            return stage != null ? stage : CompletableFuture.completedFuture(null);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static DnsAnswer checked(Question question, DnsAnswer answer, Throwable failure) {
        if (answer != null) {
            return answer;
        }
        LOG.warn("no answer for {}: the source failed: {}", question.name(), String.valueOf(failure));
        LOG.debug("the failure", failure);
        return DnsAnswer.outOfResources();
    }

    /** The next who asks does not wait for a source that has been silent too long. */
    @Override
    public void abandoned(Question question, Flight flight) {
        running.remove(question, flight);
    }
}
