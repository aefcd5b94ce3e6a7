package dev.conduit.cli;

import dev.conduit.cli.directory.FrontCommand;
import dev.conduit.cli.directory.JitsudCommand;
import dev.conduit.cli.directory.ServicesCommand;
import dev.conduit.cli.directory.TimelineCommand;
import dev.conduit.cli.vchan.VchanCommand;
import dev.conduit.cli.xenstore.XenStoreCommand;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The sub-commands. Only the one that was asked for is looked at in full, which is most of what a start costs. */
final class Commands {

    private static final List<Class<?>> ALL = List.of(
            DoctorCommand.class,
            DemoCommand.class,
            HostCommand.class,
            InitCommand.class,
            RunCommand.class,
            ListenCommand.class,
            ConnectCommand.class,
            JitsudCommand.class,
            FrontCommand.class,
            ServicesCommand.class,
            TimelineCommand.class,
            NamesCommand.class,
            FlowsCommand.class,
            VchanCommand.class,
            BenchCommand.class,
            XenStoredCommand.class,
            XenStoreCommand.class,
            DemoGuestCommand.class,
            DemoWwwCommand.class);

    private Commands() {}

    /** Adds them: the one of these words in full, the others with what the list of commands shows of them. */
    static void add(CommandLine line, String... words) {
        String asked = Arrays.stream(words).filter(word -> !word.startsWith("-")).findFirst().orElse("");
        for (Class<?> type : ALL) {
            Command command = type.getAnnotation(Command.class);
            if (command.name().equals(asked)) {
                line.addSubcommand(command.name(), type);
            } else {
                CommandSpec listed = CommandSpec.create().name(command.name());
                listed.usageMessage().description(command.description()).hidden(command.hidden());
                line.addSubcommand(command.name(), listed);
            }
        }
        XenStoreCommand.configure(line.getSubcommands().get("xenstore"));
    }
}
