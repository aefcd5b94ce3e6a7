package dev.conduit.core.xen.grant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A limit of a kernel module, read for messages: root can change it at any time. */
record ModuleLimit(Path file) {

    /** The limit in decimal, or "an unknown number" when it cannot be read. */
    String text() {
        try {
            return Files.readString(file).trim();
        } catch (IOException e) {
            return "an unknown number";
        }
    }

    /** The command that raises it. */
    String raise(int to) {
        return "echo " + to + " | sudo tee " + file;
    }
}
