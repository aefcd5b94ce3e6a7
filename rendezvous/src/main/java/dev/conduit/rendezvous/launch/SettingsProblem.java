package dev.conduit.rendezvous.launch;

/**
 * Something wrong in a launcher's settings.
 *
 * @param key where, as keys and list indices with dots between: {@code command}, {@code environment.PATH}; empty for the
 *     settings as a whole
 * @param message what is wrong, with the value and the bound
 */
public record SettingsProblem(String key, String message) {}
