package dev.conduit.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an option that takes seconds. */
public final class Seconds implements ITypeConverter<Duration> {

    private static final long MOST = 86400;

    /** Made by the command line. */
    public Seconds() {}

    @Override
    public Duration convert(String value) {
        try {
            long seconds = Long.parseLong(value);
            if (seconds >= 1 && seconds <= MOST) {
                return Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException e) {
            // Said below, as any other value that is none.
        }
        throw new TypeConversionException(value + " is not between 1 and " + MOST + " seconds");
    }
}
