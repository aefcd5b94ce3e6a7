package dev.conduit.cli.vchan;

import picocli.CommandLine.Command;

/** {@code conduit vchan}: one end of a vchan by its path in XenStore; the other may be any libxenvchan program. */
@Command(
        name = "vchan",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Be one end of a libxenvchan channel by its path in XenStore; any vchan program may be the other.",
        footer = {
            "",
            "With --socket the other end may be vchan-socket-proxy: 'listen' does what its server mode does, 'connect' what",
            "its client mode does."
        },
        subcommands = {VchanListenCommand.class, VchanConnectCommand.class})
public final class VchanCommand {

    /** Made by the command line. */
    public VchanCommand() {}
}
