package dev.conduit.bench.vchan;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * One of the two processes: {@code PeerMain receiver|sender KIND FOLDER}. It obeys the lines of its standard input, see
 * {@link Peer}, and answers each with {@code ok} and numbers.
 */
public final class PeerMain {

    private PeerMain() {}

    /**
     * Runs one side until its standard input ends.
     *
     * @param args see the class comment
     * @throws IOException when a command fails
     */
    public static void main(String[] args) throws IOException {
        try (Meeting meeting = Kind.valueOf(args[1]).meeting(args[0].equals("receiver"), Path.of(args[2]));
                Peer peer = new Peer(meeting);
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(Arrays.stream(peer.obey(line.split(" "))).mapToObj(value -> " " + value)
                        .collect(Collectors.joining("", "ok", "")));
            }
        }
    }
}
