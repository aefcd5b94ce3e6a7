package dev.conduit.vchan;

import java.io.IOException;

/** The peer broke the vchan protocol; the message names the field of the shared page and the values. */
public final class VchanProtocolException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String field;

    /**
     * Creates the exception.
     *
     * @param field field of {@code struct vchan_interface}, such as {@code left.prod}, or node in XenStore, such as
     *     {@code ring-ref}
     * @param message one line with the values and the bound
     */
    public VchanProtocolException(String field, String message) {
        super(message);
        this.field = field;
    }

    /**
     * Returns the field.
     *
     * @return its name in {@code io/libxenvchan.h}, such as {@code left.prod}, or {@code ring-ref},
     *     {@code event-channel} for the nodes in XenStore
     */
    public String field() {
        return field;
    }
}
