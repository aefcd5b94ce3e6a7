package dev.conduit.bench.synjitsu;

import dev.conduit.rendezvous.directory.config.BackOff;
import dev.conduit.rendezvous.directory.config.Configuration;
import dev.conduit.rendezvous.directory.config.FrontSettings;
import dev.conduit.rendezvous.directory.config.Limits;
import dev.conduit.rendezvous.directory.config.Readiness;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Receive;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Times;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.StopMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The service that sleeps, as a directory knows it. */
final class SleepService {

    static final String NAME = "www";
    static final String READY = "data/state";

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofSeconds(1);

    private SleepService() {}

    static ServiceSettings adopting(String address) {
        return service(address, Frames.PORT, Receive.ADOPT, new Readiness.Key(READY, Optional.of("up"), LONG));
    }

    static ServiceSettings replayed(String address) {
        return service(address, Frames.PORT, Receive.REPLAY,
                new Readiness.Key(Readiness.replayed(NAME), Optional.of(Readiness.REPLAYED_UP), LONG));
    }

    static ServiceSettings byConduit(String address, int port) {
        return service(address, port, Receive.CONDUIT, new Readiness.Registration(NAME, LONG));
    }

    private static ServiceSettings service(String address, int port, Receive receive, Readiness ready) {
        return new ServiceSettings(NAME, List.of(), List.of(port), GuestLauncher.KIND,
                new GuestSpec(NAME, List.of(Frames.address(address).toInetAddress()), Map.of()), 0, ready, receive,
                Optional.empty(), Optional.empty(), StopMode.DESTROY, Times.DEFAULTS, new BackOff(SHORT, SHORT, SHORT), false);
    }

    static Configuration configuration(ServiceSettings service) {
        return new Configuration(Optional.empty(), new FrontSettings(FrontSettings.Kind.NONE, Optional.empty(), false),
                Limits.DEFAULTS, List.of(service));
    }
}
