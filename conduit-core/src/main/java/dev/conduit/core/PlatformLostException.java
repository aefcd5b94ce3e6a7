package dev.conduit.core;

/** The platform below is gone, for example the local host process was killed; nothing but close works any more. */
public final class PlatformLostException extends PlatformException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one line: which platform, and how to start one
     */
    public PlatformLostException(String message) {
        super(message);
    }
}
