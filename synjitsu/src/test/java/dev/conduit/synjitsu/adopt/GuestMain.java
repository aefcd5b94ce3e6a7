package dev.conduit.synjitsu.adopt;

import dev.conduit.core.net.TcpChannel;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A guest's server that does as it is told: {@code prepare ID TCB}, {@code activate ID}, {@code abandon ID},
 * {@code announce DEVICE ADDRESS}, {@code restart}, {@code served}. Its one argument is how it serves port 80: {@code java} or {@code netty}.
 */
final class GuestMain {

    private static final Adopter ADOPTER = new Adopter();
    private static final Map<String, AdoptedConnection> CONNECTIONS = new HashMap<>();
    private static final AtomicInteger SERVED = new AtomicInteger();
    private static final int PORT = 80;

    private GuestMain() {
    }

    private interface Server {
        void add(AdoptedConnection connection) throws IOException;

        /** Listens anew, while connections are open. */
        default void restart() throws IOException {
            throw new IOException("not this one");
        }
    }

    public static void main(String[] args) throws Exception {
        Server server = args[0].equals("netty") ? netty() : java();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        System.out.println("ready");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String answer;
            try {
                answer = obey(line.split(" "), server);
            } catch (Exception failed) {
                answer = "failed: " + failed;
            }
            System.out.println(answer);
        }
        System.exit(0);
    }

    private static String obey(String[] words, Server server) throws Exception {
        switch (words[0]) {
            case "prepare":
                CONNECTIONS.put(words[1], ADOPTER.prepare(TcbLine.parse(words[2])));
                return "ok";
            case "activate":
                AdoptedConnection connection = CONNECTIONS.get(words[1]);
                connection.activate();
                server.add(connection);
                return "ok";
            case "abandon":
                CONNECTIONS.get(words[1]).abandon();
                return "ok";
            case "announce":
                Announcement.send(words[1], List.of(InetAddress.getByName(words[2])));
                return "ok";
            case "restart":
                server.restart();
                return "ok";
            case "served":
                return Integer.toString(SERVED.get());
            default:
                return "what is " + words[0] + "?";
        }
    }

    private static Server java() throws IOException {
        Server server = new Server() {

            private Acceptor acceptor;

            @Override
            public void add(AdoptedConnection connection) {
                acceptor.add(connection);
            }

            @Override
            public void restart() throws IOException {
                if (acceptor != null) {
                    acceptor.close();
                }
                acceptor = Acceptor.listen(new InetSocketAddress("::", PORT), 128);
                Acceptor from = acceptor;
                Thread accepting = new Thread(() -> accept(from));
                accepting.setDaemon(true);
                accepting.start();
            }
        };
        server.restart();
        return server;
    }

    private static void accept(Acceptor from) {
        while (true) {
            try {
                TcpChannel channel = from.accept(Duration.ofHours(1));
                new Thread(() -> serve(channel)).start();
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException failed) {
                failed.printStackTrace();
                return;
            }
        }
    }

    private static void serve(TcpChannel channel) {
        channel.timeout(Duration.ofMinutes(3));
        try (channel) {
            Exchange.serve(channel);
            SERVED.incrementAndGet();
        } catch (IOException failed) {
            System.err.println(channel.remoteAddress() + ": " + failed);
        }
    }

    private static Server netty() throws InterruptedException {
        Channel listening = new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
                .channel(EpollServerSocketChannel.class)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new NettyExchange(SERVED));
                    }
                })
                .bind(PORT).sync().channel();
        return connection -> NettyAdoption.add(listening, connection);
    }
}
