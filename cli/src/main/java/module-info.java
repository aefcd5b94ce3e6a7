/** The {@code conduit} command. */
module dev.conduit.cli {
    requires dev.conduit.bench;
    requires dev.conduit.rendezvous;
    requires dev.conduit.synjitsu;
    requires info.picocli;
    requires tools.jackson.databind;

    opens dev.conduit.cli to info.picocli;
    opens dev.conduit.cli.directory to info.picocli;
    opens dev.conduit.cli.vchan to info.picocli;
    opens dev.conduit.cli.xenstore to info.picocli;
}
