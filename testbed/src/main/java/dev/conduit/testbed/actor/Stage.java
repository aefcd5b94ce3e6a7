package dev.conduit.testbed.actor;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.vchan.Vchan;
import dev.conduit.vchan.VchanOptions;
import dev.conduit.vchan.VchanServer;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What an actor can be ordered to do. Channels and programs have names, which the orders give. */
final class Stage {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Platform platform;
    private final Map<String, Line> lines = new LinkedHashMap<>();
    private final Map<String, VchanServer> servers = new LinkedHashMap<>();
    private final Names names;
    private final Programs programs = new Programs();
    private Impostor impostor;
    private CompletableFuture<String> impostorEnd;

    Stage(Platform platform) {
        this.platform = platform;
        this.names = new Names(platform);
    }

    /**
     * Carries an order out.
     *
     * @return what to answer besides that it worked
     */
    String carryOut(String verb, List<String> arguments) throws Exception {
        String first = arguments.isEmpty() ? "" : arguments.get(0);
        return switch (verb) {
            case "serve" -> serve(first, DomainId.parse(arguments.get(1)), arguments.contains("persistent"));
            case "attached" -> attached(first);
            case "connect" -> connect(first, DomainId.parse(arguments.get(1)));
            case "listen" -> names.listen(first, Integer.parseInt(arguments.get(1)));
            case "share" -> names.share(first, Integer.parseInt(arguments.get(1)));
            case "unlisten" -> names.unlisten(first);
            case "dial" -> dial(first, arguments.get(1), seconds(arguments.get(2)));
            case "echo" -> follow(first, true);
            case "follow" -> follow(first, false);
            case "exchange" -> line(first).exchange(Long.parseLong(arguments.get(1)), Integer.parseInt(arguments.get(2)),
                    seconds(arguments.get(3)));
            case "ended" -> line(first).ended(seconds(arguments.get(1)));
            case "becomes" -> line(first).becomes(arguments.get(1), seconds(arguments.get(2)));
            case "besieged-server" -> siege(first, arguments, true).serve();
            case "besieged-client" -> siege(first, arguments, false).connect();
            case "impostor" -> impostor(first, arguments);
            case "stop-impostor" -> stopImpostor();
            case "stop" -> programs.stop(first);
            case "close" -> close(first);
            case "clear" -> clear();
            case "run" -> programs.run(seconds(first), String.join(" ", arguments.subList(1, arguments.size())));
            case "start" -> programs.start(first, String.join(" ", arguments.subList(1, arguments.size())));
            case "finish" -> programs.finish(first, seconds(arguments.get(1)));
            case "end" -> clear();
            default -> throw new IllegalArgumentException("no order '" + verb + "'");
        };
    }

    private String serve(String name, DomainId client, boolean persistent) throws IOException {
        VchanServer server = Vchan.open(platform, client, VchanOptions.defaults().withPersistentServer(persistent));
        servers.put(name, server);
        lines.put(name, new Line(server.channel()));
        server.publish(path(platform.self(), client, name));
        return "";
    }

    private String attached(String name) throws IOException {
        servers.get(name).awaitConnected(LONG);
        return "";
    }

    private String connect(String name, DomainId server) throws IOException {
        lines.put(name, new Line(Vchan.connect(platform, server, path(server, platform.self(), name),
                VchanOptions.defaults(), LONG)));
        return "";
    }

    private String dial(String name, String service, Duration timeout) throws IOException {
        ConduitConnection connection = names.dial(service, timeout);
        lines.put(name, new Line(connection));
        return connection.flow();
    }

    private String follow(String name, boolean echo) {
        line(name).follow(echo);
        return "";
    }

    private Siege siege(String name, List<String> arguments, boolean server) {
        DomainId peer = DomainId.parse(arguments.get(1));
        String path = server ? path(platform.self(), peer, name) : path(peer, platform.self(), name);
        return new Siege(platform, peer, path, seconds(arguments.get(2)));
    }

    /** In the background. */
    private String impostor(String name, List<String> arguments) {
        DomainId client = DomainId.parse(arguments.get(1));
        Impostor one = new Impostor(platform, client, path(platform.self(), client, name), name.hashCode());
        CompletableFuture<String> end = new CompletableFuture<>();
        impostor = one;
        impostorEnd = end;
        new Thread(() -> {
            try {
                end.complete(one.run());
            } catch (Exception e) {
                end.completeExceptionally(e);
            }
        }, "impostor").start();
        return "";
    }

    private String stopImpostor() throws Exception {
        impostor.stop();
        return impostorEnd.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    private String close(String name) {
        Line line = lines.remove(name);
        servers.remove(name);
        line.close();
        return "";
    }

    /** Closes everything, as an orderly program does at its end. */
    private String clear() throws Exception {
        lines.values().forEach(Line::close);
        lines.clear();
        servers.clear();
        names.close();
        programs.close();
        return "";
    }

    private Line line(String name) {
        Line line = lines.get(name);
        if (line == null) {
            throw new IllegalArgumentException("no channel '" + name + "'; there are " + lines.keySet());
        }
        return line;
    }

    private static Duration seconds(String number) {
        return Duration.ofSeconds(Long.parseLong(number));
    }

    private static String path(DomainId server, DomainId client, String name) {
        return "/local/domain/" + server + "/data/vchan/" + client + "/" + name;
    }
}
