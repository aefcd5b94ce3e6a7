package dev.conduit.rendezvous;

import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.vchan.VchanOptions;
import java.time.Duration;
import java.util.Objects;

/** How a client connects. Immutable: each {@code with} method gives a changed copy and checks its value. */
public final class ConnectOptions {

    private static final ConnectOptions DEFAULTS = new ConnectOptions(
            "", VchanOptions.defaults(), Choice.ROUND_ROBIN, "", true, Duration.ofDays(365));

    private final String name;
    private final VchanOptions channel;
    private final Choice choice;
    private final String miragePort;
    private final boolean wakes;
    private final Duration patience;

    private ConnectOptions(String name, VchanOptions channel, Choice choice, String miragePort,
            boolean wakes, Duration patience) {
        this.name = name;
        this.channel = channel;
        this.choice = choice;
        this.miragePort = miragePort;
        this.wakes = wakes;
        this.patience = patience;
    }

    /**
     * Returns the defaults: called by the first name this conduit has, if any; a channel with the defaults of
     * {@link VchanOptions}; of several servers under one name each in turn; a service that
     * sleeps is woken.
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
        return new ConnectOptions(ConduitNames.check(ownName), channel, choice, miragePort, wakes, patience);
    }

    /**
     * Sets everything about this end of the channel. Ring sizes are the server's to choose.
     *
     * @param options of the channel
     * @return the changed copy
     */
    public ConnectOptions withChannel(VchanOptions options) {
        return new ConnectOptions(name, options, choice, miragePort, wakes, patience);
    }

    /**
     * Sets how a server is chosen where several serve under one name; the default is {@link Choice#ROUND_ROBIN}.
     *
     * @param how the way
     * @return the changed copy
     */
    public ConnectOptions withChoice(Choice how) {
        return new ConnectOptions(name, channel, Objects.requireNonNull(how, "how"), miragePort, wakes, patience);
    }

    /**
     * Connects to a server that speaks the older Mirage layout, such as one of ocaml-conduit. This side must have a
     * registered name, by which the server finds its domain. Such a server cannot refuse: a connect it does not want
     * times out.
     *
     * @param port which of its ports, 1 to 64 characters of {@code A-Z a-z 0-9 - _}
     * @return the changed copy
     * @throws IllegalArgumentException when it is no such text
     */
    public ConnectOptions withMiragePort(String port) {
        return new ConnectOptions(name, channel, choice, MiragePort.check(port), wakes, patience);
    }

    /**
     * Sets whether the directory of this host, if one runs, is asked to start the service when nobody has its name.
     *
     * @param wake false to be refused at once instead
     * @return the changed copy
     */
    public ConnectOptions withWaking(boolean wake) {
        return new ConnectOptions(name, channel, choice, miragePort, wake, patience);
    }

    /** How long a request may stand in the server's queue before the server counts as gone, though its domain lives. */
    ConnectOptions withPatience(Duration longest) {
        return new ConnectOptions(name, channel, choice, miragePort, wakes, longest);
    }

    Duration patience() {
        return patience;
    }

    boolean wakes() {
        return wakes;
    }

    String name() {
        return name;
    }

    Choice choice() {
        return choice;
    }

    /** The empty text when the server speaks the layout of today. */
    String miragePort() {
        return miragePort;
    }

    VchanOptions channel() {
        return channel;
    }
}
