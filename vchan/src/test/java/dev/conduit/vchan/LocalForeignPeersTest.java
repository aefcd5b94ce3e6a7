package dev.conduit.vchan;

import static dev.conduit.vchan.LocalMachine.PATIENCE;
import static dev.conduit.vchan.Pair.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How other implementations use XenStore, on a real server with its permissions and watches. */
class LocalForeignPeersTest {

    private static final VchanOptions OPTIONS = VchanOptions.defaults();

    private LocalMachine machine;
    private LocalPlatform server;
    private LocalPlatform client;
    /** As Qubes' servers write it: relative to the own home, with a number as the port. */
    private String relative;
    private String absolute;

    @BeforeEach
    void start() throws IOException {
        machine = new LocalMachine();
        server = machine.domain("server");
        client = machine.domain("client");
        relative = "data/vchan/" + client.self() + "/111";
        absolute = "/local/domain/" + server.self() + "/" + relative;
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    private Background<VchanChannel> connecting() {
        return Background.run(() -> Vchan.connect(client, server.self(), absolute, OPTIONS, PATIENCE));
    }

    private static void exchange(VchanChannel one, VchanChannel other) throws IOException {
        one.write(pattern(0, 1000));
        ByteBuffer target = ByteBuffer.allocate(1000);
        assertThat(other.receive(target, PATIENCE)).isTrue();
        assertThat(target.flip()).isEqualTo(pattern(0, 1000));
    }

    @Test
    void shouldRemoveItsNodesAfterTheConnectLikeQubes() throws Exception {
        VchanServer first = Vchan.open(server, client.self(), OPTIONS);
        first.publish(relative);
        try (VchanChannel channel = connecting().get()) {
            first.awaitConnected(PATIENCE);
            first.unpublish();
            assertThat(server.xenStore().exists("data/vchan")).as("with what is empty then").isFalse();
            assertThat(server.xenStore().exists("data")).isTrue();
            exchange(channel, first.channel());
            exchange(first.channel(), channel);
            try (VchanServer second = Vchan.open(server, client.self(), OPTIONS)) {
                second.publish(relative);
                first.close();
                assertThat(channel.read(ByteBuffer.allocate(1), PATIENCE)).isEqualTo(-1);
                assertThat(server.xenStore().readString(relative + "/ring-ref")).as("the next server's nodes stay")
                        .isEqualTo("" + second.ringRef());
            }
        }
    }

    @Test
    void shouldNotMindThatAQubesServerRemovesItsNodes() throws Exception {
        try (VchanServer vchan = Vchan.open(server, client.self(), OPTIONS)) {
            vchan.publish(relative);
            try (VchanChannel channel = connecting().get()) {
                server.xenStore().removePruningEmptyParents(relative, "data");
                exchange(channel, vchan.channel());
                exchange(vchan.channel(), channel);
                assertThat(channel.state()).isEqualTo(VchanState.OPEN);
            }
            assertThat(vchan.channel().state()).isEqualTo(VchanState.PEER_CLOSED);
        }
    }

    /** Empty nodes first, as toolstacks prepare them; then values; permissions last; no transaction anywhere. */
    @Test
    void shouldConnectWhenNodesComeOneByOneAndPermissionsLast() throws Exception {
        XenStoreClient store = server.xenStore();
        List<Permission> readable = List.of(new Permission(Access.NONE, server.self().value()),
                new Permission(Access.READ, client.self().value()));
        try (VchanServer vchan = Vchan.open(server, client.self(), OPTIONS)) {
            Background<VchanChannel> connecting = connecting();
            store.write(relative + "/event-channel", "");
            store.setPermissions(relative + "/event-channel", readable);
            store.write(relative + "/ring-ref", "" + vchan.ringRef());
            store.write(relative + "/event-channel", "" + vchan.eventChannel());
            assertLooked();
            assertThat(connecting.done()).as("ring-ref cannot be read yet").isFalse();
            store.setPermissions(relative + "/ring-ref", readable);
            try (VchanChannel channel = connecting.get()) {
                exchange(channel, vchan.channel());
            }
            store.remove("data/vchan");
        }
    }

    /** Windows and Zephyr: ring-ref with its permissions, then the old server's event-channel is replaced. */
    @Test
    void shouldConnectWhenASuccessorReplacesOneNodeAfterTheOther() throws Exception {
        VchanServer old = Vchan.open(server, client.self(), OPTIONS);
        old.publish(relative);
        String oldPort = server.xenStore().readString(relative + "/event-channel");
        try (VchanServer vchan = Vchan.open(server, client.self(), OPTIONS)) {
            server.xenStore().write(relative + "/ring-ref", "" + vchan.ringRef());
            old.close();
            assertThat(server.xenStore().readString(relative + "/event-channel")).as("left behind").isEqualTo(oldPort);
            Background<VchanChannel> connecting = connecting();
            assertLooked();
            server.xenStore().write(relative + "/event-channel", "" + vchan.eventChannel());
            try (VchanChannel channel = connecting.get()) {
                exchange(channel, vchan.channel());
                exchange(vchan.channel(), channel);
            }
            server.xenStore().remove("data/vchan");
        }
    }

    @Test
    void shouldEndTheWaitForADomainThatGoes() throws Exception {
        Background<VchanChannel> connecting = connecting();
        assertLooked();
        server.close();
        assertThat(connecting.failure()).isInstanceOf(VchanPeerClosedException.class)
                .hasMessageContaining("domain " + server.self() + " is gone");
    }

    /** A toolstack's folder, in which this domain may make nodes but not look. */
    @Test
    void shouldLeaveAFolderThatBelongsToSomebodyElse() throws Exception {
        try (XenStoreClient toolstack = XenStoreClients.connect(machine.folder.resolve("xenstored.sock"))) {
            String folder = "/local/domain/" + server.self() + "/data/vchan";
            toolstack.mkdir(folder);
            toolstack.setPermissions(folder, List.of(new Permission(Access.NONE, 0),
                    new Permission(Access.WRITE, server.self().value())));
            VchanServer vchan = Vchan.open(server, client.self(), OPTIONS);
            vchan.publish(relative);
            assertThat(toolstack.exists(absolute + "/ring-ref")).isTrue();
            vchan.close();
            assertThat(toolstack.list(folder)).isEmpty();
        }
    }

    /** Qubes refuses it, because it brings down some kernels on Xen. */
    @Test
    void shouldConnectADomainToItself() throws Exception {
        try (VchanServer vchan = Vchan.open(server, server.self(), OPTIONS)) {
            vchan.publish("data/vchan/self");
            try (VchanChannel channel = Vchan.connect(server, server.self(), "data/vchan/self", OPTIONS, PATIENCE)) {
                exchange(channel, vchan.channel());
                exchange(vchan.channel(), channel);
            }
        }
    }

    @Test
    void shouldLetNobodyElseReadTheNodes() throws Exception {
        LocalPlatform other = machine.domain("other");
        try (VchanServer vchan = Vchan.open(server, client.self(), OPTIONS)) {
            vchan.publish(relative);
            assertThatThrownBy(() -> Vchan.connect(other, server.self(), absolute, OPTIONS, Pair.SHORT))
                    .isInstanceOf(VchanTimeoutException.class).hasMessage("no vchan was published at " + absolute
                            + " within 30 ms: " + absolute + "/ring-ref is missing, or domain " + other.self()
                            + " may not read it");
        }
    }

    /** Returns when the client that connects has had the time to look at the nodes as they are. */
    private void assertLooked() throws Exception {
        Semaphore events = new Semaphore(0);
        XenStoreClient.Watch watch = client.xenStore().watch(absolute, path -> events.release());
        assertThat(events.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        watch.close();
    }
}
