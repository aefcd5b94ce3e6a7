package dev.conduit.rendezvous.directory;

import dev.conduit.rendezvous.directory.config.BackOff;
import dev.conduit.rendezvous.directory.config.Configuration;
import dev.conduit.rendezvous.directory.config.FrontSettings;
import dev.conduit.rendezvous.directory.config.Limits;
import dev.conduit.rendezvous.directory.config.Readiness;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.StopMode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Configurations without a file. */
public final class Configurations {

    public static final Duration WITHIN = Duration.ofSeconds(10);
    public static final Duration IDLE = Duration.ofSeconds(60);
    public static final BackOff BACK_OFF =
            new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(8), Duration.ofSeconds(60));

    private Configurations() {}

    public static Configuration of(Limits limits, List<ServiceSettings> services) {
        return new Configuration(Optional.empty(), new FrontSettings(FrontSettings.Kind.NONE, Optional.empty(), false), limits,
                services);
    }

    public static Configuration of(ServiceSettings... services) {
        return of(Limits.DEFAULTS, List.of(services));
    }

    /** Ready by its conduit name; known to DNS as {@code <name>.lab.test}. */
    public static ServiceSettings service(String name) {
        return service(name, 0, false);
    }

    public static ServiceSettings service(String name, long memory, boolean prewarm) {
        return service(new GuestSpec(name, List.of(), Map.of()), memory, prewarm,
                new Readiness.Registration(name, WITHIN), Optional.of(IDLE));
    }

    /** With an address, so that there is something to answer DNS with. */
    public static ServiceSettings addressed(String name, String address) {
        try {
            InetAddress parsed = InetAddress.getByName(address);
            return service(new GuestSpec(name, List.of(parsed), Map.of()), 0, false,
                    new Readiness.Port(List.of(parsed), 80, WITHIN), Optional.of(IDLE));
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    public static ServiceSettings service(
            GuestSpec guest, long memory, boolean prewarm, Readiness ready, Optional<Duration> idle) {
        return new ServiceSettings(guest.name(), List.of(guest.name() + ".lab.test"), List.of(80), "simulated", guest,
                memory, ready, ServiceSettings.Receive.ADOPT, idle, Optional.empty(), StopMode.DESTROY,
                ServiceSettings.Times.DEFAULTS, BACK_OFF, prewarm);
    }
}
