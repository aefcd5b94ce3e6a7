package dev.conduit.rendezvous.steward;

import dev.conduit.core.DomainId;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is to be looked at. However much happens, it holds each domain once, and one domain that asks without end delays
 * another by one look. Thread-safe.
 */
final class Agenda {

    private static final Pattern ASK = Pattern.compile("/local/domain/([0-9]{1,5})/data/conduit-ask(/.*)?");
    private static final String HOMES = "/local/domain";

    private final Set<DomainId> asking = new LinkedHashSet<>();
    private boolean everybody;
    private boolean deaths;
    private boolean closed;

    /**
     * What to do next.
     *
     * @param everybody every domain may have asked
     * @param deaths some domain may have ended
     * @param asking one that may have asked
     */
    record Round(boolean everybody, boolean deaths, Optional<DomainId> asking) {}

    /** Something changed in the homes; all of them may have when it is the folder of homes itself. */
    void changed(String path) {
        if (path.equals(HOMES)) {
            everybody();
            return;
        }
        Matcher ask = ASK.matcher(path);
        if (ask.matches() && Integer.parseInt(ask.group(1)) < DomainId.FIRST_RESERVED) {
            asks(DomainId.parse(ask.group(1)));
        }
    }

    synchronized void asks(DomainId domain) {
        asking.add(domain);
        notifyAll();
    }

    synchronized void everybody() {
        everybody = true;
        notifyAll();
    }

    synchronized void deaths() {
        deaths = true;
        notifyAll();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Waits for something to do, but not longer than a while: then the round is one with nothing in it. */
    synchronized Optional<Round> next(Duration longest) throws InterruptedException {
        if (!closed && !everybody && !deaths && asking.isEmpty()) {
            wait(longest.toMillis());
        }
        if (closed) {
            return Optional.empty();
        }
        Round round = new Round(everybody, deaths, first());
        everybody = false;
        deaths = false;
        return Optional.of(round);
    }

    private Optional<DomainId> first() {
        Iterator<DomainId> domains = asking.iterator();
        if (!domains.hasNext()) {
            return Optional.empty();
        }
        DomainId first = domains.next();
        domains.remove();
        return Optional.of(first);
    }
}
