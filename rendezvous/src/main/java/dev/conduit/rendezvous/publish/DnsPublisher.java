package dev.conduit.rendezvous.publish;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * Keeps the services of one host in the DNS of its site: publishes, looks after, and withdraws them by updates (RFC
 * 2136) signed with TSIG (RFC 8945). Other hosts may serve the same names; no records but this host's own are touched.
 * docs/dns-updates.md has the records.
 *
 * <p>What a former run under the same host id left is removed at the start, unless it is wanted again. What the server
 * refuses is tried again after about 1 s, then after twice as long each time, up to a minute; {@link #problems} says
 * what is not as wanted, and why. Thread-safe; one background thread does the work, and no call but {@link
 * #awaitSettled} and {@link #close} waits for it.
 */
public final class DnsPublisher implements AutoCloseable {

    /** Most services of one publisher: their list must fit in what name servers take. */
    public static final int MOST_SERVICES = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(DnsPublisher.class);
    private static final long INTERRUPT_MILLIS = 1000;

    private final PublisherOptions options;
    private final ZoneEditor editor;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Agenda agenda;
    private boolean closing;

    private DnsPublisher(PublisherOptions options) {
        this.options = options;
        this.editor = new ZoneEditor(options);
        this.agenda = new Agenda(options.refresh(), ThreadLocalRandom.current(), System.nanoTime());
        this.thread = new Thread(this::run, "conduit-dns-publisher-" + options.hostId());
        thread.setDaemon(true);
    }

    /**
     * Starts publishing.
     *
     * @param options where and how
     * @param services what is published from the start; leftovers of a former run that are not among it are removed
     * @return the publisher
     * @throws IllegalArgumentException when a service's name is not below the zone
     * @throws IllegalStateException when there are more than {@value #MOST_SERVICES}
     */
    public static DnsPublisher start(PublisherOptions options, Collection<PublishedService> services) {
        DnsPublisher publisher = new DnsPublisher(options);
        services.forEach(publisher::publish);
        publisher.thread.start();
        return publisher;
    }

    /**
     * Publishes a service, in place of what was published under its name before.
     *
     * @param service what DNS shall say
     * @throws IllegalArgumentException when its name is not below the zone, or gets too long there
     * @throws IllegalStateException when this is closed, or has {@value #MOST_SERVICES} services already
     */
    public void publish(PublishedService service) {
        Name name = name(service.dnsName());
        locked(() -> {
            if (closing) {
                throw new IllegalStateException("the DNS publisher of host " + options.hostId() + " is closed");
            }
            if (!agenda.has(name) && agenda.size() >= MOST_SERVICES) {
                throw new IllegalStateException("host " + options.hostId() + " publishes " + MOST_SERVICES
                        + " services already, and there is no room for " + service.dnsName());
            }
            agenda.want(name, Optional.of(service), System.nanoTime());
        });
    }

    /**
     * Withdraws a service. One that is not published is no error.
     *
     * @param dnsName its name
     * @throws IllegalArgumentException when it is not below the zone
     */
    public void withdraw(String dnsName) {
        Name name = name(dnsName);
        locked(() -> {
            if (agenda.has(name)) {
                agenda.want(name, Optional.empty(), System.nanoTime());
            }
        });
    }

    private Name name(String text) {
        try {
            Name name = Name.fromString(text, Name.root);
            if (!name.subdomain(options.zone()) || name.equals(options.zone())) {
                throw new IllegalArgumentException("service " + name.toString(true) + " is not below the zone "
                        + options.zone().toString(true));
            }
            ZoneNames.of(name).at(options.hostId());
            return name;
        } catch (TextParseException wrong) {
            throw new IllegalArgumentException("'" + text + "' is no name: " + wrong.getMessage());
        }
    }

    /**
     * Says what is not as wanted.
     *
     * @return one line for what concerns the server, and one for each name that could not be published or withdrawn
     *     yet; nothing when nothing has failed
     */
    public List<String> problems() {
        lock.lock();
        try {
            return agenda.problems();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until everything is as wanted.
     *
     * @param timeout longest wait
     * @return false when it is not by then; {@link #problems} may say why
     * @throws InterruptedException when the thread is interrupted
     */
    public boolean awaitSettled(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (!agenda.isSettled()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Withdraws everything, for as long as the options allow; logs what is left for the next start. Idempotent. */
    @Override
    public void close() {
        locked(() -> {
            if (!closing) {
                closing = true;
                agenda.withdrawAll(System.nanoTime());
            }
        });
        long millis = options.closeTimeout().toMillis();
        boolean interrupted = millis > 0 && !join(millis);
        thread.interrupt();
        interrupted |= !join(INTERRUPT_MILLIS);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean join(long millis) {
        try {
            thread.join(millis);
            return true;
        } catch (InterruptedException interrupt) {
            return false;
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (Agenda.Job job = next(); job != null; job = next()) {
                work(job);
            }
        } catch (InterruptedException closed) {
            LOG.warn("host {} closed with its records in zone {} not withdrawn; its next start removes them",
                    options.hostId(), options.zone().toString(true));
        }
    }

    /** Waits for something to do; null when this is closing and nothing is left. */
    private Agenda.Job next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closing || agenda.size() > 0) {
                Optional<Agenda.Job> job = agenda.next(System.nanoTime());
                if (job.isPresent()) {
                    return job.get();
                }
                changed.awaitNanos(Math.max(1, agenda.idleNanos(System.nanoTime())));
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void work(Agenda.Job job) throws InterruptedException {
        try {
            if (job.name().isEmpty()) {
                List<Name> listed = editor.listed();
                locked(() -> agenda.listed(listed, System.nanoTime()));
            } else {
                editor.apply(job.name().get(), job.wanted());
                locked(() -> agenda.done(job, System.nanoTime()));
            }
        } catch (PublishException failed) {
            failed(job, failed);
        } catch (RuntimeException bug) {
            LOG.error("publishing failed, trying again: {}", bug.toString(), bug);
            failed(job, new PublishException(PublishException.Kind.NAME, bug.toString()));
        }
    }

    private void failed(Agenda.Job job, PublishException failure) {
        locked(() -> {
            if (agenda.failed(job, failure, System.nanoTime())) {
                LOG.warn("{}", failure.getMessage());
            }
        });
    }
}
