package dev.conduit.rendezvous.directory.config;

/**
 * Something wrong in a file.
 *
 * @param line from 1
 * @param message what, with the value and the bound
 */
public record Problem(int line, String message) {}
