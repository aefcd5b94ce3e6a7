package dev.conduit.rendezvous;

import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.vchan.VchanOptions;

/** How a client connects. Immutable: each {@code with} method gives a changed copy and checks its value. */
public final class ConnectOptions {

    private static final ConnectOptions DEFAULTS = new ConnectOptions("", VchanOptions.defaults(), true);

    private final String name;
    private final VchanOptions channel;
    private final boolean wakes;

    private ConnectOptions(String name, VchanOptions channel, boolean wakes) {
        this.name = name;
        this.channel = channel;
        this.wakes = wakes;
    }

    /**
     * Returns the defaults: called by the first name this conduit has, if any; a channel with the defaults of
     * {@link VchanOptions}; a service that sleeps is woken.
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
        return new ConnectOptions(ConduitNames.check(ownName), channel, wakes);
    }

    /**
     * Sets everything about this end of the channel. Ring sizes are the server's to choose.
     *
     * @param options of the channel
     * @return the changed copy
     */
    public ConnectOptions withChannel(VchanOptions options) {
        return new ConnectOptions(name, options, wakes);
    }

    /**
     * Sets whether the directory of this host, if one runs, is asked to start the service when nobody has its name.
     *
     * @param wake false to be refused at once instead
     * @return the changed copy
     */
    public ConnectOptions withWaking(boolean wake) {
        return new ConnectOptions(name, channel, wake);
    }

    boolean wakes() {
        return wakes;
    }

    String name() {
        return name;
    }

    VchanOptions channel() {
        return channel;
    }
}
