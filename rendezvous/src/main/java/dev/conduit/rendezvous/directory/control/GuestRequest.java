package dev.conduit.rendezvous.directory.control;

import dev.conduit.rendezvous.directory.service.FailureReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What a guest says to the directory, and hears from it. */
public final class GuestRequest {

    /** Longest first line of an answer, in bytes. */
    public static final int MAX_REPLY = 4096;

    private static final String SILENCE = "silence";

    private GuestRequest() {}

    /**
     * An answer.
     *
     * @param ready whether the service is ready
     * @param reason the word of a {@link FailureReason}, or empty
     * @param message one line
     */
    public record Reply(boolean ready, String reason, String message) {

        /**
         * Makes one for when there was none.
         *
         * @param message one line
         * @return the answer
         */
        public static Reply late(String message) {
            return new Reply(false, FailureReason.NOT_READY.word(), message);
        }

        /**
         * Makes one for a directory that does not take requests.
         *
         * @param message one line
         * @return the answer
         */
        public static Reply silence(String message) {
            return new Reply(false, SILENCE, message);
        }

        /**
         * Tells whether there is no directory that takes requests.
         *
         * @return true when there is none
         */
        public boolean isSilence() {
            return reason.equals(SILENCE);
        }

        /**
         * Tells whether the directory does not know the service.
         *
         * @return true when it does not
         */
        public boolean isUnknown() {
            return reason.equals(FailureReason.UNKNOWN.word());
        }

        /**
         * Tells whether time was up.
         *
         * @return true when it was
         */
        public boolean isLate() {
            return reason.equals(FailureReason.NOT_READY.word());
        }
    }

    /**
     * Writes a request.
     *
     * @param name the service
     * @param within how long to wait
     * @return the line
     */
    public static byte[] line(String name, Duration within) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("do", "ask");
        fields.put("name", name);
        fields.put("within", Math.min(within.toMillis(), Requests.MOST_MILLIS));
        return Json.line(fields).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Looks for the end of the first line.
     *
     * @param received written up to its position
     * @return the index of the line feed, or a negative number
     */
    public static int end(ByteBuffer received) {
        for (int i = 0; i < received.position(); i++) {
            if (received.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    /**
     * Reads an answer.
     *
     * @param received what came
     * @param end where its first line ends; negative when it did not come in time or is too long
     * @return the answer
     */
    public static Reply parse(ByteBuffer received, int end) {
        if (end < 0) {
            return Reply.late("the directory did not answer");
        }
        try {
            JsonNode head = Json.MAPPER.readTree(new String(received.array(), 0, end, StandardCharsets.UTF_8));
            return new Reply(head.path("ok").asBoolean(false), head.path("reason").asString(""),
                    head.path("message").asString(""));
        } catch (JacksonException malformed) {
            return new Reply(false, "bad-reply", "the directory gave a malformed answer");
        }
    }
}
