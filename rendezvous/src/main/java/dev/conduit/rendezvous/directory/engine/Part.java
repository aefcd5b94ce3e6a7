package dev.conduit.rendezvous.directory.engine;

/** One part of a service's state machine. The parts share its {@link Life}, and reach each other through it. */
abstract class Part {

    final Service service;

    Part(Service service) {
        this.service = service;
    }

    final Life life() {
        return service.life();
    }

    final Shared shared() {
        return service.shared();
    }

    final Effects effects() {
        return service.shared().effects();
    }

    final void note(String text) {
        effects().note(service.name(), text);
    }
}
