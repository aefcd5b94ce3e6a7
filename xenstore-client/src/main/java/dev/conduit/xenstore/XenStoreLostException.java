package dev.conduit.xenstore;

/** The connection to the server is lost; whether the server still did what it was asked is not known. */
public final class XenStoreLostException extends XenStoreException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message one line: which operation, and how the connection ended
     * @param cause what lies behind it
     */
    public XenStoreLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
