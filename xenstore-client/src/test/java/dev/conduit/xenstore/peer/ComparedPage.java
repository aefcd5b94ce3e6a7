package dev.conduit.xenstore.peer;

import java.util.List;

/** The page for readers: where the servers differ, and why ours does. */
final class ComparedPage {

    private static final int LONGEST = 160;

    private ComparedPage() {
    }

    static String of(Conversation conversation) {
        long steps = conversation.sections().stream().mapToLong(section -> section.steps().size()).sum();
        StringBuilder page = new StringBuilder("""
                # XenStore servers compared

                What our server, C xenstored 4.17 and oxenstored 4.17 (Debian 12) answer to the same requests, where they
                differ. Written by `ConversationTest` from its recording (`conversation.txt`, %d requests), which it plays
                to all three: see testbed/peers. The answers of all requests that are not here are the same.

                `|` is a NUL, `{20*x}` 20 times x, `!` an error, `5` domain 5, `0` and `0b` two connections of domain 0,
                `@t` a request in transaction t, `*3` a request sent three times, `x3` an answer that came three times. The
                order of events and of children is left out of the comparison. oxenstored answers a request without payload
                on a socket only when more bytes follow; here some always do.

                """.formatted(steps));
        for (Conversation.Section section : conversation.sections()) {
            List<Step> different = section.steps().stream().filter(step -> step.differs(Side.OURS, Side.C)
                    || step.differs(Side.OURS, Side.OCAML)).toList();
            if (different.isEmpty()) {
                continue;
            }
            page.append("## ").append(section.title()).append("\n\n")
                    .append("| request | ours | C 4.17 | oxenstored | why ours is not C's |\n|---|---|---|---|---|\n");
            for (Step step : different) {
                page.append("| ").append(code(step.line()));
                for (Side side : Side.values()) {
                    page.append(" | ").append(code(step.answers().get(side)));
                }
                page.append(" | ").append(step.why() == null ? "" : "[" + step.why() + "](#reasons)").append(" |\n");
            }
            page.append('\n');
        }
        page.append("## Reasons\n\n");
        conversation.reasons().forEach((key, text) -> page.append("* **").append(key).append("**: ").append(text)
                .append('\n'));
        return page.toString();
    }

    private static String code(String text) {
        if (text == null) {
            return "not asked";
        }
        String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + " ..." : text;
        return "`" + shown.replace("|", "\\|") + "`";
    }
}
