package dev.conduit.core.xen.grant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** A limit of a kernel module, read for messages: root can change it at any time. */
record ModuleLimit(Path file) {

    /** Empty when it cannot be read. */
    OptionalInt value() {
        try {
            return OptionalInt.of(Integer.parseInt(Files.readString(file).trim()));
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** The limit in decimal, or "unknown". */
    String text() {
        OptionalInt value = value();
        return value.isPresent() ? Integer.toString(value.getAsInt()) : "unknown";
    }

    /** The command that raises it. */
    String raise(int to) {
        return "echo " + to + " | sudo tee " + file;
    }
}
