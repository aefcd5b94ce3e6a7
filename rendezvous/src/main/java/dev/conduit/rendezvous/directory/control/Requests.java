package dev.conduit.rendezvous.directory.control;

import dev.conduit.rendezvous.directory.Directory;
import dev.conduit.rendezvous.directory.service.Cause;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Understands a request and does it. */
final class Requests {

    static final long MOST_MILLIS = Duration.ofMinutes(10).toMillis();
    private static final int MOST_STARTS = 10_000;
    private static final String FORM = "a request is {\"do\": \"ask\", \"name\": ..., \"within\": milliseconds},"
            + " or with do = services, timeline, counters, stop or reload";

    private final Directory directory;
    private final ControlServer.Reload reload;

    Requests(Directory directory, ControlServer.Reload reload) {
        this.directory = directory;
        this.reload = reload;
    }

    /** Never fails; {@code manager} may do more than ask. */
    CompletionStage<List<String>> answer(String line, String asker, boolean manager) throws InterruptedException {
        JsonNode request;
        try {
            request = Json.MAPPER.readTree(line);
        } catch (JacksonException malformed) {
            return done(Json.unknownRequest("no JSON; " + FORM));
        }
        String what = request.path("do").asString("");
        if (what.equals("ask")) {
            return ask(request, asker, manager ? Cause.CALL : Cause.CONNECT);
        }
        if (!manager) {
            return done(Json.unknownRequest("a guest may only ask; " + FORM));
        }
        Optional<String> name = Optional.of(request.path("name").asString("")).filter(text -> !text.isEmpty());
        return switch (what) {
            case "services" -> done(Json.rows(directory.statuses().stream().map(Json::status).toList()));
            case "timeline" -> timeline(name);
            case "counters" -> done(Json.rows(directory.counters().entrySet().stream().map(Json::counter).toList()));
            case "stop" -> stop(name);
            case "reload" -> done(reload.run().map(wrong -> Json.failure("bad-configuration", wrong))
                    .orElseGet(() -> Json.rows(List.of())));
            default -> done(Json.unknownRequest(FORM));
        };
    }

    private static CompletionStage<List<String>> done(List<String> reply) {
        return CompletableFuture.completedStage(reply);
    }

    private CompletionStage<List<String>> ask(JsonNode request, String asker, Cause cause) {
        String name = request.path("name").asString("");
        long within = request.path("within").asLong(-1);
        if (name.isEmpty() || within < 0 || within > MOST_MILLIS) {
            return done(Json.unknownRequest("ask needs a name, and within = 0 to " + MOST_MILLIS + " milliseconds"));
        }
        return directory.ask(name, cause, asker, Duration.ofMillis(within)).thenApply(Json::outcome);
    }

    private CompletionStage<List<String>> timeline(Optional<String> name) {
        if (name.isPresent() && directory.find(name.get()).isEmpty()) {
            return done(Json.failure("unknown", "there is no service '" + name.get() + "'"));
        }
        return done(Json.rows(directory.timeline(name, MOST_STARTS).stream().map(Json::start).toList()));
    }

    private CompletionStage<List<String>> stop(Optional<String> name) {
        if (name.isEmpty()) {
            return done(Json.unknownRequest("stop needs a name"));
        }
        return directory.stop(name.get()).thenApply(failure -> failure
                .map(why -> Json.failure("not-stopped", "service '" + name.get() + "': " + why))
                .orElseGet(() -> Json.rows(List.of())));
    }
}
