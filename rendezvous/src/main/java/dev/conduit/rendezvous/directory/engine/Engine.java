package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.config.Configuration;
import dev.conduit.rendezvous.directory.config.Limits;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.FailureReason;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.directory.service.ServiceState;
import dev.conduit.rendezvous.directory.service.ServiceStatus;
import dev.conduit.rendezvous.directory.service.StartRecord;
import dev.conduit.rendezvous.launch.GuestState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * All services, and what they share: turns, memory, the bound on askers. Not thread-safe. Times are nanoseconds since an
 * origin, and never go back.
 */
public final class Engine {

    private final Instant origin;
    private final Effects effects;
    private final Timers timers = new Timers();
    private final Memory memory = new Memory();
    private final Prewarming prewarming = new Prewarming();
    private final BootQueue<Wish> queue = new BootQueue<>();
    private final Map<String, Service> services = new LinkedHashMap<>();
    private final Map<String, Service> dns = new HashMap<>();
    private Limits limits = Limits.DEFAULTS;
    private int booting;
    private int waiting;
    private long starts;
    private long tickets;
    private boolean closed;

    /** A service in the queue; an old ticket is a wish that was met or given up. */
    record Wish(Service service, long ticket) {}

    /**
     * {@code origin} is when time was 0.
     *
     * @param origin when time was 0
     * @param effects does what is to be done
     */
    public Engine(Instant origin, Effects effects) {
        this.origin = origin;
        this.effects = effects;
    }

    /**
     * Takes a configuration, the first or another one.
     *
     * @param now the time
     * @param configuration what to do from now on
     * @param states of guests whose services are new; those that run are adopted
     */
    public void configure(long now, Configuration configuration, Map<String, GuestState> states) {
        limits = configuration.limits();
        memory.limit(limits.memory());
        List<Service> added = new ArrayList<>();
        Map<String, ServiceSettings> wanted = new LinkedHashMap<>();
        configuration.services().forEach(settings -> wanted.put(settings.name(), settings));
        List.copyOf(services.values()).stream().filter(service -> !wanted.containsKey(service.name()))
                .forEach(service -> service.remove(now));
        wanted.forEach((name, settings) -> {
            Service service = services.get(name);
            if (service == null) {
                service = new Service(this, settings, now);
                services.put(name, service);
                added.add(service);
            } else {
                service.configure(settings);
            }
        });
        dns.clear();
        services.values().stream().filter(service -> wanted.containsKey(service.name()))
                .forEach(service -> service.settings().dns().forEach(name -> dns.put(name, service)));
        prewarming.configure(services.values().stream()
                .filter(service -> wanted.containsKey(service.name()) && service.settings().prewarm()).toList(),
                limits.prewarmed());
        added.forEach(service -> service.adopt(now, states.getOrDefault(service.name(), GuestState.OFF)));
        pump(now);
        prewarm(now);
    }

    /**
     * Finds a service by its name, or by one of its DNS names in any case, with a dot at the end or without.
     *
     * @param name the service
     * @return its settings, or nothing
     */
    public Optional<ServiceSettings> find(String name) {
        return Optional.ofNullable(lookUp(name)).map(Service::settings);
    }

    /**
     * Tells whether there is a service of this very name.
     *
     * @param name the service
     * @return true when it is configured, or being stopped
     */
    public boolean has(String name) {
        return services.containsKey(name);
    }

    private Service lookUp(String name) {
        Service service = services.get(name);
        if (service == null) {
            String lower = name.toLowerCase(Locale.ROOT);
            service = dns.get(lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower);
        }
        return service;
    }

    /**
     * Somebody wants a service, by its name or a DNS name. The answer comes now or later, but by its deadline.
     *
     * @param now the time
     * @param name the service
     * @param ask who asks, until when
     */
    public void ask(long now, String name, Ask ask) {
        Service service = lookUp(name);
        if (closed) {
            effects.answer(ask.reply(), CLOSED);
        } else if (service == null) {
            effects.answer(ask.reply(),
                    new Outcome.Failed(FailureReason.UNKNOWN, "there is no service '" + shown(name) + "'"));
        } else {
            service.ask(now, ask);
        }
    }

    static final Outcome CLOSED = new Outcome.Failed(FailureReason.CLOSED, "the directory is ending");

    /**
     * Stops a service as it is configured, after draining; askers may start it again.
     *
     * @param now the time
     * @param name the service
     * @param reply gets nothing when it is off, else why not
     */
    public void stop(long now, String name, Consumer<String> reply) {
        Service service = lookUp(name);
        if (closed || service == null) {
            effects.answerStop(reply, closed ? "the directory is ending" : "there is no service '" + shown(name) + "'");
        } else {
            service.stopOnRequest(now, reply);
        }
    }

    private static String shown(String name) {
        return (name.length() > 80 ? name.substring(0, 80) + "..." : name).replaceAll("[^\\x20-\\x7e]", "?");
    }

    /**
     * Time passes. To be called by {@link #nextTimer} at the latest.
     *
     * @param now the time
     */
    public void tick(long now) {
        if (!closed) {
            timers.run(now);
        }
    }

    /**
     * When {@link #tick} is due, or {@link Long#MAX_VALUE}.
     *
     * @return a time
     */
    public long nextTimer() {
        return closed ? Long.MAX_VALUE : timers.next();
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
        of(name, ticket).ifPresent(service -> service.started(now, domain));
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
        of(name, ticket).ifPresent(service -> service.startFailed(now, why));
    }

    /**
     * The kernel of the guest is up.
     *
     * @param now the time
     * @param name the service
     * @param ticket of this call; its results carry it
     */
    public void kernelUp(long now, String name, long ticket) {
        of(name, ticket).ifPresent(service -> service.kernelUp(now));
    }

    /**
     * The guest is ready.
     *
     * @param now the time
     * @param name the service
     * @param ticket of this call; its results carry it
     */
    public void ready(long now, String name, long ticket) {
        of(name, ticket).ifPresent(service -> service.ready(now));
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
        of(name, ticket).ifPresent(service -> service.unready(now, why));
    }

    /**
     * The guest is off, or suspended.
     *
     * @param now the time
     * @param name the service
     * @param ticket of this call; its results carry it
     */
    public void stopped(long now, String name, long ticket) {
        of(name, ticket).ifPresent(service -> service.stopped(now));
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
        of(name, ticket).ifPresent(service -> service.stopFailed(now, why));
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
        of(name, ticket).ifPresent(service -> service.sampled(now, sampledAt, flows, bytes));
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
        of(name, ticket).ifPresent(service -> service.observed(now, state));
    }

    /**
     * What the toolstack says of a service it could not be asked about when that was new.
     *
     * @param now the time
     * @param name the service
     * @param state the state
     */
    public void found(long now, String name, GuestState state) {
        Service service = services.get(name);
        if (!closed && service != null) {
            service.adopt(now, state);
        }
    }

    /** Tells every asker that the directory ends. Later events do nothing; guests stay as they are. */
    public void close() {
        services.values().forEach(Service::close);
        closed = true;
    }

    private Optional<Service> of(String name, long ticket) {
        Service service = services.get(name);
        return closed || service == null || service.ticket() != ticket ? Optional.empty() : Optional.of(service);
    }

    /**
     * Every service, in the order of the configuration.
     *
     * @param now the time
     * @return one for each
     */
    public List<ServiceStatus> statuses(long now) {
        return services.values().stream().map(service -> service.status(now)).toList();
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
        return services.values().stream().filter(Service::isLive).map(Service::live).toList();
    }

    /**
     * The latest starts of one service, or of all; the newest last.
     *
     * @param name the service
     * @param most how many
     * @return records
     */
    public List<StartRecord> timeline(Optional<String> name, int most) {
        Stream<Service> which = name.map(given -> Stream.ofNullable(lookUp(given))).orElse(services.values().stream());
        List<StartRecord> all = which.flatMap(service -> service.history().stream())
                .map(start -> start.record(origin)).sorted(Comparator.comparingLong(StartRecord::number)).toList();
        return all.subList(Math.max(0, all.size() - most), all.size());
    }

    /**
     * How many askers wait.
     *
     * @return a count
     */
    public int waiting() {
        return waiting;
    }

    /**
     * How many boots go on.
     *
     * @return a count
     */
    public int booting() {
        return booting;
    }

    /**
     * Bytes of all guests.
     *
     * @return bytes
     */
    public long memoryUsed() {
        return memory.used();
    }

    // What the services use.

    Effects effects() {
        return effects;
    }

    Timers timers() {
        return timers;
    }

    Memory memory() {
        return memory;
    }

    Prewarming prewarming() {
        return prewarming;
    }

    boolean mayWait() {
        return waiting < limits.waiting();
    }

    int mostWaiting() {
        return limits.waiting();
    }

    void waited(int more) {
        waiting += more;
    }

    long nextStart() {
        return ++starts;
    }

    long nextTicket() {
        return ++tickets;
    }

    void enqueue(String asker, Service service) {
        queue.add(asker, new Wish(service, service.ticket()));
    }

    /** Gives free turns away. */
    void pump(long now) {
        while (booting < limits.boots()) {
            Optional<Wish> next = queue.poll(wish -> wish.service().ticket() == wish.ticket()
                    && wish.service().state() == ServiceState.QUEUED);
            if (next.isEmpty()) {
                return;
            }
            booting++;
            next.get().service().launch(now);
        }
    }

    void turnEnded(long now) {
        booting--;
        pump(now);
    }

    /** Memory may have come free, or the choice of services may have changed. */
    void prewarm(long now) {
        prewarming.kept().forEach(service -> service.prewarm(now));
    }

    void forget(Service service) {
        services.remove(service.name());
        effects.disarm(service.settings());
    }
}
