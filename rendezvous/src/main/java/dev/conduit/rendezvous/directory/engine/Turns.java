package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.service.ServiceState;
import java.util.Optional;

/** Who may start: some boots go on at a time, the others wait for their turn. */
final class Turns {

    private final BootQueue<Wish> queue = new BootQueue<>();
    private int most;
    private int taken;

    /** A service in the queue; an old ticket is a wish that was met or given up. */
    private record Wish(Service service, long ticket) {

        boolean holds() {
            return service.life().ticket == ticket && service.life().is(ServiceState.QUEUED);
        }
    }

    void most(int boots) {
        most = boots;
    }

    int taken() {
        return taken;
    }

    void enqueue(String asker, Service service) {
        queue.add(asker, new Wish(service, service.life().ticket));
    }

    /** Gives free turns away. */
    void give(long now) {
        while (taken < most) {
            Optional<Wish> next = queue.poll(Wish::holds);
            if (next.isEmpty()) {
                return;
            }
            taken++;
            next.get().service().booting().launch(now);
        }
    }

    void ended(long now) {
        taken--;
        give(now);
    }
}
