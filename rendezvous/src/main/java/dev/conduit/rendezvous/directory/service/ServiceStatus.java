package dev.conduit.rendezvous.directory.service;

import java.time.Duration;

/**
 * One service now.
 *
 * @param name its name
 * @param state where it is
 * @param since how long it is there
 * @param domain its guest's domain, or negative when there is none or it is not known
 * @param waiting how many askers wait for it
 * @param flows open conduits to it at the last look
 * @param starts how often it was started since the directory came
 * @param failures failed starts in a row
 * @param detail why it is there; may be empty
 */
public record ServiceStatus(
        String name, ServiceState state, Duration since, int domain, int waiting, int flows, long starts, int failures,
        String detail) {
}
