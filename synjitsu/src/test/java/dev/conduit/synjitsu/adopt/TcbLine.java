package dev.conduit.synjitsu.adopt;

import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A connection's state in a word, for another process of a test. */
final class TcbLine {

    private TcbLine() {
    }

    static String format(Tcb tcb) {
        return Stream.of(address(tcb.local()), address(tcb.remote()), tcb.state(), tcb.sendNext(), tcb.sendUnacknowledged(),
                        tcb.sendWindow(), tcb.sendWindowUpdate(), tcb.greatestSendWindow(), tcb.receiveNext(),
                        tcb.receiveWindow(), tcb.sendScale(), tcb.receiveScale(), tcb.maxSegment(), tcb.sack(),
                        tcb.timestamps(), tcb.recentTimestamp(), tcb.ourTimestamp(),
                        Base64.getEncoder().encodeToString(tcb.data()) + ".")
                .map(Object::toString).collect(Collectors.joining("|"));
    }

    static Tcb parse(String line) {
        Iterator<String> words = List.of(line.split("\\|")).iterator();
        InetSocketAddress local = address(words.next());
        InetSocketAddress remote = address(words.next());
        TcpState state = TcpState.valueOf(words.next());
        return new Tcb(local, remote, state, number(words), number(words), number(words), number(words), number(words),
                number(words), number(words), number(words), number(words), number(words),
                words.next().equals("true"), words.next().equals("true"), number(words), number(words),
                Base64.getDecoder().decode(words.next().replace(".", "")));
    }

    private static int number(Iterator<String> words) {
        return Integer.parseInt(words.next());
    }

    private static String address(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + "@" + address.getPort();
    }

    private static InetSocketAddress address(String word) {
        String[] parts = word.split("@");
        return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    }
}
