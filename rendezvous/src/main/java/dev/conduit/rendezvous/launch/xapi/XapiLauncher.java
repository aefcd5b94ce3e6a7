package dev.conduit.rendezvous.launch.xapi;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.SettingsProblem;
import dev.conduit.rendezvous.launch.StopMode;
import dev.conduit.rendezvous.launch.support.OneLine;
import dev.conduit.rendezvous.launch.support.Settings;
import dev.conduit.rendezvous.time.Deadline;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Virtual machines of XenServer and XCP-ng pools. They are never destroyed in the XenAPI's sense, which would remove their
 * records, but shut down hard.
 */
final class XapiLauncher implements Launcher {

    private static final Logger LOG = LoggerFactory.getLogger(XapiLauncher.class);
    /** For questions, and for ending what was asked to end: whatever is left of the caller's time. */
    private static final Duration SHORT = Duration.ofSeconds(60);
    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final Set<String> ENDING = Set.of("clean_shutdown", "hard_shutdown", "shutdown");

    /** Guarded by itself. */
    private final Map<XapiSettings.Pool, XapiClient> clients = new HashMap<>();
    private volatile boolean closed;

    @Override
    public List<SettingsProblem> check(GuestSpec guest) {
        Settings settings = Settings.of(guest);
        XapiSettings.read(guest, settings);
        return settings.end();
    }

    private XapiSettings settings(GuestSpec guest) throws LaunchException {
        Settings settings = Settings.of(guest);
        XapiSettings right = XapiSettings.read(guest, settings);
        settings.require(guest);
        return right;
    }

    private XapiClient client(XapiSettings.Pool pool) throws LaunchException {
        synchronized (clients) {
            if (closed) {
                throw new LaunchException("the launcher xapi is closed");
            }
            XapiClient client = clients.get(pool);
            if (client == null) {
                client = new XapiClient(pool);
                clients.put(pool, client);
            }
            return client;
        }
    }

    /** A machine, and who to ask about it. */
    private record Vm(XapiClient client, String ref, Deadline limit) {

        GuestState state() throws XapiError, LaunchException, InterruptedException {
            return XapiLauncher.state(client.call(limit, "VM.get_power_state", ref).asString());
        }

        void tell(String method, Object... more) throws XapiError, LaunchException, InterruptedException {
            Object[] parameters = new Object[more.length + 1];
            parameters[0] = ref;
            System.arraycopy(more, 0, parameters, 1, more.length);
            client.call(limit, "VM." + method, parameters);
        }

        Vm within(Duration timeout) {
            return new Vm(client, ref, Deadline.after(timeout));
        }
    }

    private Vm find(GuestSpec guest, Duration timeout) throws XapiError, LaunchException, InterruptedException {
        XapiSettings settings = settings(guest);
        XapiClient client = client(settings.pool());
        Deadline limit = Deadline.after(timeout);
        if (settings.vm().matches(UUID)) {
            return new Vm(client, client.call(limit, "VM.get_by_uuid", settings.vm()).asString(), limit);
        }
        JsonNode found = client.call(limit, "VM.get_by_name_label", settings.vm());
        if (found.size() != 1) {
            throw new LaunchException("guest " + guest.name() + ": " + (found.isEmpty() ? "no" : found.size())
                    + " virtual machines are called '" + settings.vm() + "'"
                    + (found.isEmpty() ? "" : ": give the UUID of the one that is meant"));
        }
        return new Vm(client, found.get(0).asString(), limit);
    }

    @Override
    public int start(GuestSpec guest, Duration timeout) throws LaunchException, InterruptedException {
        try {
            Vm vm = find(guest, timeout);
            GuestState before = vm.state();
            boolean done = false;
            try {
                switch (before) {
                    case OFF -> vm.tell("start", false, false);
                    case PAUSED -> vm.tell("unpause");
                    case SUSPENDED -> vm.tell("resume", false, false);
                    default -> { }
                }
                done = true;
            } finally {
                if (!done && before == GuestState.OFF) {
                    takeBack(guest, vm);
                }
            }
            // Its number would be one of another host's domains as well.
            return -1;
        } catch (XapiError e) {
            throw new LaunchException("guest " + guest.name() + " was not started: " + OneLine.of(e), e);
        }
    }

    /** A start that was given up goes on in the pool, which takes no other order for the machine meanwhile. */
    private static void takeBack(GuestSpec guest, Vm vm) {
        boolean interrupted = Thread.interrupted();
        try {
            Vm again = vm.within(SHORT);
            again.limit().await(() -> {
                try {
                    again.tell("hard_shutdown");
                    return true;
                } catch (XapiError e) {
                    return !e.code().equals("OTHER_OPERATION_IN_PROGRESS");
                }
            });
        } catch (LaunchException e) {
            LOG.warn("guest {}: what a failed start left could not be taken back: {}", guest.name(), OneLine.of(e));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop(GuestSpec guest, StopMode mode, Duration timeout) throws LaunchException, InterruptedException {
        try {
            Vm vm = find(guest, timeout);
            GuestState before = vm.state();
            if (before == GuestState.OFF || mode == StopMode.SUSPEND && before == GuestState.SUSPENDED) {
                return;
            }
            if (before == GuestState.PAUSED && mode != StopMode.DESTROY) {
                // It is asked, and has to answer.
                vm.tell("unpause");
            }
            if (mode == StopMode.SUSPEND) {
                vm.tell("suspend");
                return;
            }
            if (mode == StopMode.SHUTDOWN && before != GuestState.SUSPENDED && shutDown(guest, vm)) {
                return;
            }
            destroy(mode == StopMode.DESTROY ? vm : vm.within(SHORT));
        } catch (XapiError e) {
            throw new LaunchException("guest " + guest.name() + " was not stopped: " + OneLine.of(e), e);
        }
    }

    private static boolean shutDown(GuestSpec guest, Vm vm) throws InterruptedException {
        try {
            vm.tell("clean_shutdown");
            return true;
        } catch (XapiError | LaunchException e) {
            LOG.info("guest {} did not go down and is shut down hard: {}", guest.name(), OneLine.of(e));
            return false;
        }
    }

    private static void destroy(Vm vm) throws XapiError, LaunchException, InterruptedException {
        try {
            vm.tell("hard_shutdown");
        } catch (XapiError e) {
            // It may have gone by itself meanwhile.
            if (vm.within(SHORT).state() != GuestState.OFF) {
                throw e;
            }
        }
    }

    @Override
    public Map<String, GuestState> states(Collection<GuestSpec> guests) throws LaunchException, InterruptedException {
        Map<XapiSettings.Pool, Map<String, String>> byPool = new HashMap<>();
        for (GuestSpec guest : guests) {
            XapiSettings settings = settings(guest);
            byPool.computeIfAbsent(settings.pool(), pool -> new HashMap<>()).put(guest.name(), settings.vm());
        }
        Map<String, GuestState> states = new HashMap<>();
        for (Map.Entry<XapiSettings.Pool, Map<String, String>> each : byPool.entrySet()) {
            try {
                Map<String, GuestState> all = list(client(each.getKey()).call(Deadline.after(SHORT),
                        "VM.get_all_records"));
                each.getValue().forEach((guest, vm) -> states.put(guest, all.getOrDefault(vm, GuestState.OFF)));
            } catch (XapiError e) {
                throw new LaunchException("states: " + OneLine.of(e), e);
            }
        }
        return states;
    }

    /** By name and by UUID; of two of one name, one that is not off counts. */
    static Map<String, GuestState> list(JsonNode records) {
        Map<String, GuestState> states = new HashMap<>();
        for (JsonNode each : records) {
            if (each.path("is_a_template").asBoolean(false) || each.path("is_control_domain").asBoolean(false)) {
                continue;
            }
            GuestState state = state(each.path("power_state").asString(""));
            for (JsonNode operation : each.path("current_operations")) {
                if (ENDING.contains(operation.asString(""))) {
                    state = GuestState.STOPPING;
                }
            }
            states.put(each.path("uuid").asString(""), state);
            states.merge(each.path("name_label").asString(""), state,
                    (first, second) -> first == GuestState.OFF ? second : first);
        }
        return states;
    }

    private static GuestState state(String power) {
        return switch (power) {
            case "Running" -> GuestState.RUNNING;
            case "Paused" -> GuestState.PAUSED;
            case "Suspended" -> GuestState.SUSPENDED;
            default -> GuestState.OFF;
        };
    }

    @Override
    public void close() {
        List<XapiClient> open;
        synchronized (clients) {
            closed = true;
            open = List.copyOf(clients.values());
            clients.clear();
        }
        open.forEach(XapiClient::close);
    }
}
