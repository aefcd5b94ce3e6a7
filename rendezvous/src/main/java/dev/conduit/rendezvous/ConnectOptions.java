package dev.conduit.rendezvous;

import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.vchan.VchanOptions;

/** How a client connects. Immutable: each {@code with} method gives a changed copy and checks its value. */
public final class ConnectOptions {

    private static final ConnectOptions DEFAULTS = new ConnectOptions("", VchanOptions.defaults());

    private final String name;
    private final VchanOptions channel;

    private ConnectOptions(String name, VchanOptions channel) {
        this.name = name;
        this.channel = channel;
    }

    /**
     * Returns the defaults: called by the first name this conduit has, if any; a channel with the defaults of
     * {@link VchanOptions}.
     *
     * @return the defaults
     */
    public static ConnectOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets what the server shall call this client. It believes it only when this domain has that name
     * ({@link Conduit#register}); otherwise the client is {@code domain-<number>}.
     *
     * @param ownName the name
     * @return the changed copy
     * @throws IllegalArgumentException when it is not a possible name
     */
    public ConnectOptions withName(String ownName) {
        return new ConnectOptions(ConduitNames.check(ownName), channel);
    }

    /**
     * Sets everything about this end of the channel. Ring sizes are the server's to choose.
     *
     * @param options of the channel
     * @return the changed copy
     */
    public ConnectOptions withChannel(VchanOptions options) {
        return new ConnectOptions(name, options);
    }

    String name() {
        return name;
    }

    VchanOptions channel() {
        return channel;
    }
}
