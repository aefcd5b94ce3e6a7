package dev.conduit.cli.directory;

import dev.conduit.core.PlatformException;
import dev.conduit.core.net.FrameLink;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.directory.Directory;
import dev.conduit.rendezvous.directory.Front;
import dev.conduit.rendezvous.directory.config.FrontSettings;
import dev.conduit.synjitsu.carry.CarryingFront;
import dev.conduit.synjitsu.handover.TcpFront;
import dev.conduit.synjitsu.socket.SocketFrontOptions;
import dev.conduit.synjitsu.socket.SocketFronts;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.xenstore.XenStoreClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The front the configuration names, and how it learns who starts services.
 *
 * @param front it
 * @param serve is told the directory
 * @param end closes it
 */
record DirectoryFront(Front front, Consumer<Directory> serve, Runnable end) implements AutoCloseable {

    static DirectoryFront open(FrontSettings settings, Conduit conduit, XenStoreClient store, Consumer<String> notes)
            throws IOException {
        SocketFrontOptions options = SocketFrontOptions.defaults().withProxyHeader(settings.proxyProtocol());
        return switch (settings.kind()) {
            case NONE -> {
                TcpFront.removeAll(store);
                yield new DirectoryFront(Front.NONE, directory -> { }, () -> { });
            }
            case SOCKET -> {
                TcpFront.removeAll(store);
                SocketFronts sockets = new SocketFronts(conduit, options, notes);
                yield new DirectoryFront(sockets, sockets::serve, sockets::close);
            }
            case TAP -> {
                TcpFront tcp = onLink(settings, store, notes);
                CarryingFront front = new CarryingFront(tcp, new SocketFronts(conduit, options, notes), store,
                        bridgeOf(settings.networkInterface().orElseThrow()), notes);
                yield new DirectoryFront(front, front::serve, front::close);
            }
            default -> {
                TcpFront tcp = onLink(settings, store, notes);
                yield new DirectoryFront(tcp, tcp::serve, tcp::close);
            }
        };
    }

    /** The bridge that an interface is a port of, or itself: where this machine meets the same neighbours. */
    private static String bridgeOf(String port) {
        Path master = Path.of("/sys/class/net", port, "master");
        try {
            return Files.exists(master) ? master.toRealPath().getFileName().toString() : port;
        } catch (IOException gone) {
            return port;
        }
    }

    private static TcpFront onLink(FrontSettings settings, XenStoreClient store, Consumer<String> notes)
            throws IOException {
        FrameLink link = link(settings);
        boolean open = false;
        try {
            MacAddress mac = TcpFront.addressOn(store, settings.networkInterface().orElseThrow());
            TcpFront front = TcpFront.open(link, mac, store, new TableOptions().mtu(link.mtu()), notes);
            open = true;
            return front;
        } finally {
            if (!open) {
                link.close();
            }
        }
    }

    private static FrameLink link(FrontSettings settings) throws IOException {
        String name = settings.networkInterface().orElseThrow();
        try {
            return switch (settings.kind()) {
                case TAP -> FrameLink.tap(name);
                case TUN -> FrameLink.tun(name);
                default -> FrameLink.on(name);
            };
        } catch (PlatformException missing) {
            throw new IOException("front on '" + name + "': " + missing.getMessage()
                    + "; 'front: { kind: socket }' needs no rights", missing);
        }
    }

    void serve(Directory directory) {
        serve.accept(directory);
    }

    @Override
    public void close() {
        end.run();
    }
}
