package dev.conduit.rendezvous.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.xbill.DNS.Name;

/** What a publisher has to do, and when. Times are nanoseconds of any clock. Not thread-safe, no I/O. */
final class Agenda {

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Duration refresh;
    private final RandomGenerator random;
    private final Map<Name, Entry> entries = new LinkedHashMap<>();
    /** What a former run left is not known before its list was read; and what concerns the server stands here. */
    private final Entry server = new Entry(Optional.empty());

    /** Something wanted of one name. */
    private static final class Entry {

        private final Optional<PublishedService> wanted;
        private boolean done;
        private String problem = "";
        private int failures;
        private long due;

        Entry(Optional<PublishedService> wanted) {
            this.wanted = wanted;
        }
    }

    /** One thing to do: read the list of the former run (no name), or make a name as wanted. */
    static final class Job {

        private final Optional<Name> name;
        private final Entry entry;

        private Job(Optional<Name> name, Entry entry) {
            this.name = name;
            this.entry = entry;
        }

        Optional<Name> name() {
            return name;
        }

        Optional<PublishedService> wanted() {
            return entry.wanted;
        }
    }

    Agenda(Duration refresh, RandomGenerator random, long now) {
        this.refresh = refresh;
        this.random = random;
        server.due = now;
    }

    /** Number of names that something is wanted of. */
    int size() {
        return entries.size();
    }

    boolean has(Name name) {
        return entries.containsKey(name);
    }

    void want(Name name, Optional<PublishedService> wanted, long now) {
        Entry entry = new Entry(wanted);
        entry.due = now;
        entries.put(name, entry);
    }

    void withdrawAll(long now) {
        List.copyOf(entries.keySet()).forEach(name -> want(name, Optional.empty(), now));
        server.due = now;
    }

    /** What is due; the list first, then what waits longest, and nothing while the server has a problem. */
    Optional<Job> next(long now) {
        if (server.due - now > 0) {
            return Optional.empty();
        }
        if (!server.done) {
            return Optional.of(new Job(Optional.empty(), server));
        }
        return entries.entrySet().stream().filter(entry -> entry.getValue().due - now <= 0)
                .min(Comparator.comparingLong(entry -> entry.getValue().due - now))
                .map(entry -> new Job(Optional.of(entry.getKey()), entry.getValue()));
    }

    /** How long there is nothing to do, if nobody wants anything new. */
    long idleNanos(long now) {
        long first = entries.values().stream().mapToLong(entry -> entry.due - now).min().orElse(refresh.toNanos());
        return Math.max(server.due - now, server.done ? first : 0);
    }

    /** The list was read: what is on it and not wanted goes. */
    void listed(List<Name> names, long now) {
        server.done = true;
        names.stream().filter(name -> !entries.containsKey(name))
                .forEach(name -> want(name, Optional.empty(), now));
        succeeded(server);
    }

    void done(Job job, long now) {
        Entry entry = job.entry;
        succeeded(server);
        succeeded(entry);
        entry.done = true;
        entry.due = now + refresh.toNanos();
        if (entry.wanted.isEmpty()) {
            entries.remove(job.name.orElseThrow(), entry);
        }
    }

    private static void succeeded(Entry entry) {
        entry.problem = "";
        entry.failures = 0;
    }

    /**
     * Something failed: tried again after a pause that doubles, from half to one and a half of it at random.
     *
     * @return true when this is news
     */
    boolean failed(Job job, PublishException failure, long now) {
        Entry entry = failure.kind() == PublishException.Kind.SERVER ? server : job.entry;
        boolean news = !entry.problem.equals(failure.getMessage());
        entry.problem = failure.getMessage();
        putOff(entry, now);
        if (entry != job.entry) {
            // Perhaps it is this name after all that the server cannot take: the others come first.
            putOff(job.entry, now);
        }
        job.entry.done = false;
        return news;
    }

    private void putOff(Entry entry, long now) {
        long pause = Math.min(LONGEST_PAUSE.toNanos(), FIRST_PAUSE.toNanos() << Math.min(entry.failures, 10));
        entry.failures++;
        entry.due = now + pause / 2 + random.nextLong(pause + 1);
    }

    /** True when all is as wanted. */
    boolean isSettled() {
        return server.done && server.problem.isEmpty() && entries.values().stream().allMatch(entry -> entry.done);
    }

    List<String> problems() {
        List<String> problems = new ArrayList<>();
        problems.add(server.problem);
        entries.values().forEach(entry -> problems.add(entry.problem));
        return problems.stream().filter(problem -> !problem.isEmpty()).toList();
    }
}
