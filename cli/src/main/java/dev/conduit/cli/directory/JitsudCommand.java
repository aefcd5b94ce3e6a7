package dev.conduit.cli.directory;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.core.Platforms;
import dev.conduit.core.local.LocalDirectory;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.directory.Directory;
import dev.conduit.rendezvous.directory.InterfaceMeter;
import dev.conduit.rendezvous.directory.config.Configuration;
import dev.conduit.rendezvous.directory.config.ConfigurationFile;
import dev.conduit.rendezvous.directory.config.Launchers;
import dev.conduit.rendezvous.directory.control.ControlServer;
import dev.conduit.rendezvous.steward.Steward;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code conduit jitsud}: boots services when they are asked for. */
@Command(
        name = "jitsud",
        mixinStandardHelpOptions = true,
        description = "Run the directory of services: they are booted when somebody asks for them, and stopped when nobody"
                + " uses them.",
        footer = {
            "Prints a line for each thing it does, and runs until it is interrupted. Guests then go on; the next directory",
            "adopts them. docs/services.example.yaml is a configuration with every key."
        })
public final class JitsudCommand implements Callable<Integer> {

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The services, as YAML.")
    private Path config;

    @Mixin
    private ControlSocket control;

    /** Made by the command line. */
    public JitsudCommand() {}

    @Override
    public Integer call() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stopped.countDown();
            await(ended);
        }, "conduit-stop"));
        try (Platform platform = open();
                XenStoreClient store = store(platform);
                Launchers launchers = Launchers.find(platform);
                Conduit conduit = Conduit.open(platform)) {
            Configuration configuration = read(launchers);
            Optional<Steward> steward = Steward.startIfNeeded(store);
            try {
                steward.ifPresent(started -> say("steward ready, guests may ask it for names"));
                serve(configuration, launchers, store, conduit, stopped);
            } finally {
                steward.ifPresent(Steward::close);
            }
        } finally {
            ended.countDown();
        }
        return 0;
    }

    private void serve(Configuration configuration, Launchers launchers, XenStoreClient store, Conduit conduit,
            CountDownLatch stopped) throws IOException, InterruptedException {
        try (DirectoryFront front = DirectoryFront.open(configuration.front(), conduit, store, JitsudCommand::say);
                Directory directory = Directory.open(configuration, new Directory.Tools(
                        launchers, store, front.front(), new InterfaceMeter(), JitsudCommand::say));
                DirectoryDns dns = DirectoryDns.start(directory, store);
                ControlServer server = ControlServer.start(directory, conduit, control.path(),
                        () -> reload(directory, dns, launchers))) {
            front.serve(directory);
            say("directory of " + configuration.services().size() + " services ready at " + server.socket()
                    + dns.describe() + "; stop it with Ctrl-C");
            stopped.await();
            say("ending; guests go on");
        }
    }

    private Configuration read(Launchers launchers) throws IOException {
        return ConfigurationFile.read(config, launchers);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(String line) {
        System.err.println("conduit: " + line);
    }

    private Platform open() throws IOException {
        Platform platform = anyPlatform();
        if (!(platform instanceof LocalPlatform) && !platform.self().equals(DomainId.DOM0)) {
            String self = platform.self().toString();
            platform.close();
            throw new IOException("the directory runs in dom0, where guests are started; this is domain " + self);
        }
        return platform;
    }

    private Platform anyPlatform() throws IOException {
        return control.directory() == null ? Platforms.open() : LocalPlatform.open(control.directory(), "jitsud");
    }

    /** With the rights of domain 0, which on a local host is nobody's domain. */
    private static XenStoreClient store(Platform platform) throws IOException {
        if (platform instanceof LocalPlatform local) {
            String folder = local.environment().get(LocalDirectory.DIRECTORY_VARIABLE);
            return XenStoreClients.connect(new LocalDirectory(Path.of(folder)).xenStoreSocket());
        }
        return XenStoreClients.connect();
    }

    private Optional<String> reload(Directory directory, DirectoryDns dns, Launchers launchers) throws InterruptedException {
        try {
            Configuration changed = read(launchers);
            directory.configure(changed);
            dns.follow();
            say("configuration read again: " + changed.services().size() + " services");
            return Optional.empty();
        } catch (IOException wrong) {
            say("configuration not taken, the old one stays: " + wrong.getMessage());
            return Optional.of(wrong.getMessage());
        }
    }
}
