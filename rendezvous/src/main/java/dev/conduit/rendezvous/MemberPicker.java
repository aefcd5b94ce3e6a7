package dev.conduit.rendezvous;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** In which order one client tries the servers under one shared name. No I/O; one thread at a time. */
final class MemberPicker {

    private final Map<String, Given> given = new HashMap<>();
    private int turn;

    /** What a server said it had, and what this client gave it since. */
    private record Given(int connections, int since) {

        int load() {
            return connections + since;
        }
    }

    MemberPicker(RandomGenerator random) {
        turn = random.nextInt(Integer.MAX_VALUE);
    }

    /** The first is the one chosen; with equal load they take turns. */
    List<Member> order(List<Member> members, Choice choice) {
        List<Member> order = new ArrayList<>();
        List<Member> sorted = members.stream().sorted(Comparator.comparing(Member::name)).toList();
        for (int i = 0; i < sorted.size(); i++) {
            order.add(sorted.get(Math.floorMod(turn + i, sorted.size())));
        }
        turn++;
        if (choice == Choice.LEAST_CONNECTIONS) {
            given.keySet().retainAll(members.stream().map(Member::name).toList());
            order.sort(Comparator.comparingInt(member -> given(member).load()));
        }
        return order;
    }

    /** A connection was made: until the server has counted it, it is counted here. */
    void gave(Member member) {
        Given before = given(member);
        given.put(member.name(), new Given(before.connections(), before.since() + 1));
    }

    private Given given(Member member) {
        return given.compute(member.name(), (name, known) ->
                known != null && known.connections() == member.connections() ? known
                        : new Given(member.connections(), 0));
    }
}
