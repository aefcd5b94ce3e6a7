package dev.conduit.rendezvous.launch.xapi;

import dev.conduit.rendezvous.launch.support.OneLine;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What the pool refused with: a word such as {@code VM_BAD_POWER_STATE}, and more about it. */
final class XapiError extends Exception {

    private static final long serialVersionUID = 1L;

    private final String code;

    private XapiError(String code, List<String> details) {
        super(OneLine.of(details.isEmpty() ? code : code + " (" + String.join(", ", details) + ")"));
        this.code = code;
    }

    /** JSON-RPC 2.0, as the XenAPI uses it: {@code {"code": 1, "message": CODE, "data": [DETAIL...]}}. */
    static XapiError of(JsonNode error) {
        List<String> details = new ArrayList<>();
        error.path("data").forEach(each -> details.add(each.isString() ? each.asString() : each.toString()));
        details.removeIf(String::isBlank);
        return new XapiError(error.path("message").asString("an error without a name"), details);
    }

    String code() {
        return code;
    }
}
