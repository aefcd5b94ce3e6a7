package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.wire.ErrorCode;
import java.util.EnumMap;
import java.util.Map;

/** A request is refused. One shared instance for each code, without stack trace: refusals are everyday results. */
public final class StoreError extends Exception {

    private static final long serialVersionUID = 1L;
    private static final Map<ErrorCode, StoreError> SHARED = new EnumMap<>(ErrorCode.class);

    static {
        for (ErrorCode code : ErrorCode.values()) {
            SHARED.put(code, new StoreError(code));
        }
    }

    private final ErrorCode code;

    private StoreError(ErrorCode code) {
        super(code.name(), null, false, false);
        this.code = code;
    }

    /**
     * Returns the error for a code.
     *
     * @param code what the client is told
     * @return to be thrown
     */
    public static StoreError of(ErrorCode code) {
        return SHARED.get(code);
    }

    /**
     * Returns what the client is told.
     *
     * @return the code
     */
    public ErrorCode code() {
        return code;
    }
}
