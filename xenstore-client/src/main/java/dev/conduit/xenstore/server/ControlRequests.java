package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.server.store.StoreError;
import dev.conduit.xenstore.wire.ErrorCode;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** CONTROL: administration by the privileged domain. Commands, their forms and replies are those of C xenstored. */
final class ControlRequests implements RequestHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ControlRequests.class);

    /** What a command does with its arguments. */
    private interface Action {
        byte[] run(List<String> arguments) throws StoreError;
    }

    private record Command(String form, Action action) {
    }

    private final Store store;
    private final Trace trace;
    private final UsageReport report;
    private final Map<String, Command> commands = new LinkedHashMap<>();

    ControlRequests(Store store, Trace trace) {
        this.store = store;
        this.trace = trace;
        report = new UsageReport(store.domains());
        QuotaCommands quotas = new QuotaCommands(store.domains());
        commands.put("check", new Command("", this::check));
        commands.put("log", new Command("[on|off|+<switch>|-<switch>]", this::log));
        commands.put("logfile", new Command("<file>", this::logFile));
        commands.put("memreport", new Command("[<file>]", this::memoryReport));
        commands.put("print", new Command("<string>", this::print));
        commands.put("quota", new Command("[set <name> <val>|<domid>|max [-r]]", quotas::hard));
        commands.put("quota-soft", new Command("[set <name> <val>]", quotas::soft));
        commands.put("help", new Command("", this::help));
    }

    @Override
    public byte[] handle(Request request) throws StoreError {
        request.requirePrivilege();
        List<String> arguments = request.strings(1, Integer.MAX_VALUE);
        Command command = commands.get(arguments.get(0));
        if (command == null) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        return command.action().run(arguments.subList(1, arguments.size()));
    }

    static void requireCount(List<String> arguments, int atLeast, int atMost) throws StoreError {
        if (arguments.size() < atLeast || arguments.size() > atMost) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
    }

    private byte[] help(List<String> arguments) throws StoreError {
        requireCount(arguments, 0, 0);
        StringBuilder text = new StringBuilder();
        commands.forEach((name, command) -> text.append(String.format("%-15s %s\n", name, command.form())));
        return Payload.strings(text.toString());
    }

    private byte[] check(List<String> arguments) throws StoreError {
        requireCount(arguments, 0, 0);
        if (!store.consistent()) {
            LOG.error("the XenStore server's counts do not agree with its tree");
            throw StoreError.of(ErrorCode.EIO);
        }
        return OK;
    }

    private byte[] log(List<String> arguments) throws StoreError {
        requireCount(arguments, 0, 1);
        if (arguments.isEmpty()) {
            return Payload.strings(trace.settings());
        }
        try {
            if (!trace.change(arguments.get(0))) {
                throw StoreError.of(ErrorCode.EINVAL);
            }
        } catch (IOException e) {
            throw failed("log", e);
        }
        return OK;
    }

    private byte[] logFile(List<String> arguments) throws StoreError {
        requireCount(arguments, 1, 1);
        try {
            trace.open(file(arguments.get(0)));
        } catch (IOException e) {
            throw failed("logfile", e);
        }
        return OK;
    }

    private byte[] memoryReport(List<String> arguments) throws StoreError {
        requireCount(arguments, 0, 1);
        if (arguments.isEmpty()) {
            return Payload.strings(report.largest());
        }
        try {
            Files.writeString(file(arguments.get(0)), report.all(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw failed("memreport", e);
        }
        return OK;
    }

    private static StoreError failed(String command, IOException cause) {
        LOG.warn("control {}: {}", command, Printable.of(String.valueOf(cause.getMessage())));
        return StoreError.of(ErrorCode.EIO);
    }

    private static Path file(String name) throws StoreError {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
    }

    private byte[] print(List<String> arguments) throws StoreError {
        requireCount(arguments, 1, 1);
        LOG.info("control: {}", Printable.of(arguments.get(0)));
        return OK;
    }
}
