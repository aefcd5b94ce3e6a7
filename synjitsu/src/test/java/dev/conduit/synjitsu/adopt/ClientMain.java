package dev.conduit.synjitsu.adopt;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A client that does as it is told, one line at a time: {@code open ID HOST PORT} begins to connect, {@code opened ID} waits
 * for it, {@code write ID SEED UP DOWN HALF FROM TO} sends a part of a request, {@code finish ID} ends the direction,
 * {@code read ID SEED UP DOWN HALF} reads and compares the answer, {@code close ID}.
 */
final class ClientMain {

    private static final Map<String, CompletableFuture<SocketChannel>> CHANNELS = new HashMap<>();

    private ClientMain() {
    }

    public static void main(String[] args) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        System.out.println("ready");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String answer;
            try {
                answer = obey(line.split(" "));
            } catch (Exception failed) {
                answer = "failed: " + failed;
            }
            System.out.println(answer);
        }
    }

    private static String obey(String[] words) throws Exception {
        String id = words[1];
        if (words[0].equals("open")) {
            InetSocketAddress to = new InetSocketAddress(words[2], Integer.parseInt(words[3]));
            CHANNELS.put(id, CompletableFuture.supplyAsync(() -> {
                try {
                    return SocketChannel.open(to);
                } catch (IOException failed) {
                    throw new IllegalStateException(failed);
                }
            }, task -> new Thread(task).start()));
            return "ok";
        }
        SocketChannel channel = CHANNELS.get(id).get();
        switch (words[0]) {
            case "opened":
                return "ok";
            case "write":
                int from = Integer.parseInt(words[6]);
                ByteBuffer part = ByteBuffer.wrap(exchange(words).request());
                channel.write(part.position(from).limit(Math.min(part.capacity(), Integer.parseInt(words[7]))));
                return "ok";
            case "finish":
                channel.shutdownOutput();
                return "ok";
            case "read":
                Exchange exchange = exchange(words);
                String answer = exchange.compare(Exchange.bytes(channel, Exchange.HASH + exchange.down()));
                if (exchange.halfClose()) {
                    Exchange.requireEnd(channel);
                }
                return answer;
            case "close":
                channel.close();
                return "ok";
            default:
                return "what is " + words[0] + "?";
        }
    }

    private static Exchange exchange(String[] words) {
        return new Exchange(Integer.parseInt(words[2]), Integer.parseInt(words[3]), Integer.parseInt(words[4]),
                words[5].equals("1"));
    }
}
