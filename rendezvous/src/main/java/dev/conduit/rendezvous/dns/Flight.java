package dev.conduit.rendezvous.dns;

import java.util.LinkedHashSet;
import java.util.Set;

/** An answer that is on its way, and those who wait for it. Thread-safe. */
final class Flight {

    /** Somebody who waits. */
    interface Passenger {

        /** Is told the answer, once, on whatever thread brings it. */
        void landed(DnsAnswer answer);
    }

    private final Set<Passenger> passengers = new LinkedHashSet<>();
    private DnsAnswer answer;

    /** One that is over already. */
    static Flight landed(DnsAnswer answer) {
        Flight flight = new Flight();
        flight.answer = answer;
        return flight;
    }

    /** The answer, or null as long as there is none. */
    synchronized DnsAnswer answer() {
        return answer;
    }

    /** Waits; one that comes after the landing is told at once. */
    void board(Passenger passenger) {
        DnsAnswer now;
        synchronized (this) {
            now = answer;
            if (now == null) {
                passengers.add(passenger);
            }
        }
        if (now != null) {
            passenger.landed(now);
        }
    }

    /** Waits no longer; true when nobody is left. */
    synchronized boolean leave(Passenger passenger) {
        passengers.remove(passenger);
        return passengers.isEmpty();
    }

    void land(DnsAnswer result) {
        Set<Passenger> waiting;
        synchronized (this) {
            if (answer != null) {
                return;
            }
            answer = result;
            waiting = Set.copyOf(passengers);
            passengers.clear();
        }
        waiting.forEach(each -> each.landed(result));
    }
}
