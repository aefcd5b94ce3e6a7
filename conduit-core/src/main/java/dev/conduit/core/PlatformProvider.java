package dev.conduit.core;

/** Makes platforms of one kind; found by {@link java.util.ServiceLoader}. */
public interface PlatformProvider {

    /**
     * Returns the short name.
     *
     * @return {@code local} or {@code xen}
     */
    String name();

    /**
     * Returns the rank; the highest available provider is used.
     *
     * @return xen 100, local 10
     */
    int priority();

    /**
     * Says why this kind cannot be used here, without side effects.
     *
     * @return null when it can, else one line with the reason and what to do
     */
    String unavailable();

    /**
     * Opens the platform for this process.
     *
     * @return the open platform
     * @throws PlatformException when it cannot be opened
     */
    Platform open() throws PlatformException;
}
