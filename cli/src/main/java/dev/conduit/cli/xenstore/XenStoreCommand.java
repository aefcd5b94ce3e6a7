package dev.conduit.cli.xenstore;

import dev.conduit.core.DomainId;
import dev.conduit.core.local.LocalDirectory;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code conduit xenstore}: the store from the command line, as the xenstore-* tools show and change it. */
@Command(
        name = "xenstore",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Look at XenStore and change it, with the arguments, output and exit codes of the xenstore-* tools.",
            "The server is the one at $XENSTORED_PATH, else $XENSTORED_RUNDIR/socket, else /run/xenstored/socket."
        },
        footer = {
            "",
            "What is behind COMMAND is read as those tools read it; -h there shows their usage, --help ours.",
            "Example: conduit xenstore ls -fp /local/domain"
        },
        subcommands = {
            LsCommand.class,
            ReadCommand.class,
            WriteCommand.class,
            ListCommand.class,
            ExistsCommand.class,
            RmCommand.class,
            ChmodCommand.class,
            WatchCommand.class
        })
public final class XenStoreCommand implements Tool.Connector {

    @Option(names = "--dir", paramLabel = "DIR", description = "Folder of the local host whose XenStore is meant.")
    private Path directory;

    @Option(names = "--domain", paramLabel = "N",
            description = "Act as this domain of the local host (default: 0).")
    private Integer domain;

    /** Made by the command line. */
    public XenStoreCommand() {}

    /**
     * Leaves the arguments of each tool as they are, for the tool to read.
     *
     * @param xenstore the command line of this command
     */
    public static void configure(CommandLine xenstore) {
        for (CommandLine tool : xenstore.getSubcommands().values()) {
            tool.getCommandSpec().parser()
                    .stopAtPositional(true)
                    .unmatchedOptionsArePositionalParams(true)
                    .endOfOptionsDelimiter("");
        }
    }

    @Override
    public XenStoreClient connect() throws XenStoreException {
        if (directory == null && domain == null) {
            return XenStoreClients.connect();
        }
        LocalDirectory host = directory == null ? LocalDirectory.standard() : new LocalDirectory(directory);
        return XenStoreClients.connect(
                domain == null || domain == 0 ? host.xenStoreSocket() : host.xenStoreSocket(new DomainId(domain)));
    }
}
