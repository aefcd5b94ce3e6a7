package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.config.Configuration;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.FailureReason;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.directory.service.ServiceStatus;
import dev.conduit.rendezvous.directory.service.StartRecord;
import dev.conduit.rendezvous.launch.GuestState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * All services, and what they share: turns, memory, the bound on askers. Not thread-safe. Times are nanoseconds since an
 * origin, and never go back.
 */
public final class Engine {

    static final Outcome CLOSED = new Outcome.Failed(FailureReason.CLOSED, "the directory is ending");

    private final Instant origin;
    private final Effects effects;
    private final Shared shared;
    private final Roster roster;
    private boolean closed;

    /**
     * {@code origin} is when time was 0.
     *
     * @param origin when time was 0
     * @param effects does what is to be done
     */
    public Engine(Instant origin, Effects effects) {
        this.origin = origin;
        this.effects = effects;
        this.shared = new Shared(effects);
        this.roster = shared.roster();
    }

    /**
     * Takes a configuration, the first or another one.
     *
     * @param now the time
     * @param configuration what to do from now on
     * @param states of guests whose services are new; those that run are adopted
     */
    public void configure(long now, Configuration configuration, Map<String, GuestState> states) {
        shared.limit(configuration.limits());
        List<Service> added = roster.configure(now, configuration.services(), shared);
        shared.prewarming().configure(
                roster.configured().stream().filter(service -> service.settings().prewarm()).toList(),
                configuration.limits().prewarmed());
        added.forEach(service -> service.resting().adopt(now, states.getOrDefault(service.name(), GuestState.OFF)));
        shared.turns().give(now);
        shared.prewarm(now);
    }

    /**
     * Finds a service by its name, or by one of its DNS names in any case, with a dot at the end or without.
     *
     * @param name the service
     * @return its settings, or nothing
     */
    public Optional<ServiceSettings> find(String name) {
        return roster.lookUp(name).map(Service::settings);
    }

    /**
     * Tells whether there is a service of this very name.
     *
     * @param name the service
     * @return true when it is configured, or being stopped
     */
    public boolean has(String name) {
        return roster.get(name).isPresent();
    }

    /**
     * Somebody wants a service, by its name or a DNS name. The answer comes now or later, but by its deadline.
     *
     * @param now the time
     * @param name the service
     * @param ask who asks, until when
     */
    public void ask(long now, String name, Ask ask) {
        Optional<Service> service = roster.lookUp(name);
        shared.asked();
        if (closed) {
            effects.answer(ask.reply(), CLOSED);
        } else if (service.isEmpty()) {
            effects.answer(ask.reply(), new Outcome.Failed(FailureReason.UNKNOWN, noSuch(name)));
        } else {
            service.get().asking().ask(now, ask);
        }
    }

    /**
     * Stops a service as it is configured, after draining; askers may start it again.
     *
     * @param now the time
     * @param name the service
     * @param reply gets nothing when it is off, else why not
     */
    public void stop(long now, String name, Consumer<String> reply) {
        Optional<Service> service = roster.lookUp(name);
        if (closed || service.isEmpty()) {
            effects.answerStop(reply, closed ? "the directory is ending" : noSuch(name));
        } else {
            service.get().stopping().stopOnRequest(now, reply);
        }
    }

    private static String noSuch(String name) {
        String shown = (name.length() > 80 ? name.substring(0, 80) + "..." : name).replaceAll("[^\\x20-\\x7e]", "?");
        return "there is no service '" + shown + "'";
    }

    /**
     * Time passes. To be called by {@link #nextTimer} at the latest.
     *
     * @param now the time
     */
    public void tick(long now) {
        if (!closed) {
            shared.timers().run(now);
        }
    }

    /**
     * When {@link #tick} is due, or {@link Long#MAX_VALUE}.
     *
     * @return a time
     */
    public long nextTimer() {
        return closed ? Long.MAX_VALUE : shared.timers().next();
    }

    /**
     * The toolstack has made the guest.
     *
     * @param now the time
     * @param name the service
     * @param ticket of this call; its results carry it
     * @param domain its domain, or negative
     */
    public void started(long now, String name, long ticket, int domain) {
        of(name, ticket).ifPresent(service -> service.booting().started(now, domain));
    }

    /**
     * It could not; nothing of the guest is left.
     *
     * @param now the time
     * @param name the service
     * @param ticket of this call; its results carry it
     * @param why one line
     */
    public void startFailed(long now, String name, long ticket, String why) {
        of(name, ticket).ifPresent(service -> service.booting().startFailed(now, why));
    }

    /**
     * The kernel of the guest is up.
     *
     * @param now the time
     * @param name the service
     * @param ticket of this call; its results carry it
     */
    public void kernelUp(long now, String name, long ticket) {
        of(name, ticket).ifPresent(service -> service.booting().kernelUp(now));
    }

    /**
     * The guest is ready.
     *
     * @param now the time
     * @param name the service
     * @param ticket of this call; its results carry it
     */
    public void ready(long now, String name, long ticket) {
        of(name, ticket).ifPresent(service -> service.booting().ready(now));
    }

    /**
     * It is known that the guest will not become ready.
     *
     * @param now the time
     * @param name the service
     * @param ticket of this call; its results carry it
     * @param why one line
     */
    public void unready(long now, String name, long ticket, String why) {
        of(name, ticket).ifPresent(service -> service.booting().unready(now, why));
    }

    /**
     * The guest is off, or suspended.
     *
     * @param now the time
     * @param name the service
     * @param ticket of this call; its results carry it
     */
    public void stopped(long now, String name, long ticket) {
        of(name, ticket).ifPresent(service -> service.stopping().stopped(now));
    }

    /**
     * It could not be stopped.
     *
     * @param now the time
     * @param name the service
     * @param ticket of this call; its results carry it
     * @param why one line
     */
    public void stopFailed(long now, String name, long ticket, String why) {
        of(name, ticket).ifPresent(service -> service.stopping().stopFailed(now, why));
    }

    /**
     * What a look at the flows and traffic of a guest showed; {@code bytes} counts up, and is negative when unknown.
     *
     * @param now the time
     * @param sampledAt when the look began
     * @param name the service
     * @param ticket of this call; its results carry it
     * @param flows open conduits
     * @param bytes a counter that goes up, negative when it is not known
     */
    public void sampled(long now, long sampledAt, String name, long ticket, int flows, long bytes) {
        of(name, ticket).ifPresent(service -> service.running().sampled(now, sampledAt, flows, bytes));
    }

    /**
     * What the toolstack says of a guest.
     *
     * @param now the time
     * @param name the service
     * @param ticket of this call; its results carry it
     * @param state the state
     */
    public void observed(long now, String name, long ticket, GuestState state) {
        of(name, ticket).ifPresent(service -> service.running().observed(now, state));
    }

    /**
     * What the toolstack says of a service it could not be asked about when that was new.
     *
     * @param now the time
     * @param name the service
     * @param state the state
     */
    public void found(long now, String name, GuestState state) {
        if (!closed) {
            roster.get(name).ifPresent(service -> service.resting().adopt(now, state));
        }
    }

    /** Tells every asker that the directory ends. Later events do nothing; guests stay as they are. */
    public void close() {
        roster.all().forEach(Service::close);
        closed = true;
    }

    private Optional<Service> of(String name, long ticket) {
        return closed ? Optional.empty() : roster.get(name).filter(service -> service.life().ticket == ticket);
    }

    /**
     * Every service, in the order of the configuration.
     *
     * @param now the time
     * @return one for each
     */
    public List<ServiceStatus> statuses(long now) {
        return roster.all().stream().map(service -> service.status(now)).toList();
    }

    /**
     * A guest that must be looked at.
     *
     * @param service as it was started
     * @param ticket for the events
     * @param domain its domain, or negative
     * @param idles whether its traffic counts, beside signs of its death
     */
    public record Live(ServiceSettings service, long ticket, int domain, boolean idles) {}

    /**
     * The guests that run as far as the engine knows.
     *
     * @return those guests
     */
    public List<Live> live() {
        return roster.all().stream().filter(service -> service.life().isLive()).map(Service::live).toList();
    }

    /**
     * The latest starts of one service, or of all; the newest last.
     *
     * @param name the service
     * @param most how many
     * @return records
     */
    public List<StartRecord> timeline(Optional<String> name, int most) {
        Stream<Service> which = name.isPresent() ? roster.lookUp(name.get()).stream() : roster.all().stream();
        List<StartRecord> all = which.flatMap(service -> service.booting().history().stream())
                .map(start -> start.record(origin)).sorted(Comparator.comparingLong(StartRecord::number)).toList();
        return all.subList(Math.max(0, all.size() - most), all.size());
    }

    /**
     * What happened since the beginning, and how it is now.
     *
     * @return counters by their names
     */
    public Map<String, Long> counters() {
        return shared.counters();
    }

    /**
     * How many askers wait.
     *
     * @return a count
     */
    public int waiting() {
        return shared.waiting();
    }

    /**
     * How many boots go on.
     *
     * @return a count
     */
    public int booting() {
        return shared.turns().taken();
    }

    /**
     * Bytes of all guests.
     *
     * @return bytes
     */
    public long memoryUsed() {
        return shared.memory().used();
    }
}
