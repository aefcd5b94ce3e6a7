package dev.conduit.rendezvous.directory.engine;

import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.launch.StopMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Writes down what the engine wants, and does nothing of it by itself. */
final class Recorder implements Effects {

    /** {@code start www}, {@code stop www destroy}, ... in order. */
    final List<String> calls = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    boolean frontHolds;
    long ticket;

    /** What was wanted since the last look. */
    List<String> take() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    private void call(String text, long newTicket) {
        calls.add(text);
        ticket = newTicket;
    }

    @Override
    public void start(ServiceSettings service, long newTicket) {
        call("start " + service.name(), newTicket);
    }

    @Override
    public void awaitReady(ServiceSettings service, long newTicket, int domain) {
        call("await " + service.name() + " in " + domain, newTicket);
    }

    @Override
    public void forgetReady(ServiceSettings service, long oldTicket) {
        calls.add("forget " + service.name());
    }

    @Override
    public void stop(ServiceSettings service, long newTicket, StopMode mode, Duration timeout) {
        call("stop " + service.name() + " " + mode, newTicket);
    }

    @Override
    public void sample(ServiceSettings service, long newTicket) {
        calls.add("sample " + service.name());
    }

    @Override
    public boolean frontHolds(ServiceSettings service) {
        return frontHolds;
    }

    @Override
    public void arm(ServiceSettings service) {
        calls.add("arm " + service.name());
    }

    @Override
    public void handOver(ServiceSettings service) {
        calls.add("hand over " + service.name());
    }

    @Override
    public void disarm(ServiceSettings service) {
        calls.add("disarm " + service.name());
    }

    @Override
    public void answer(Consumer<Outcome> asker, Outcome outcome) {
        asker.accept(outcome);
    }

    @Override
    public void answerStop(Consumer<String> asker, String failure) {
        asker.accept(failure);
    }

    @Override
    public void note(String service, String text) {
        notes.add(service + ": " + text);
    }
}
