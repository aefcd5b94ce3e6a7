package dev.conduit.cli.vchan;

import dev.conduit.vchan.VchanOptions;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the least size of the two rings of a vchan; gives the options of a server that makes them. */
final class RingSize implements ITypeConverter<VchanOptions> {

    private static final int MOST = 1 << 20;

    @Override
    public VchanOptions convert(String text) {
        if (text.matches("[0-9]{1,9}")) {
            int bytes = Integer.parseInt(text);
            if (bytes >= 1 && bytes <= MOST) {
                return VchanOptions.defaults().withRings(bytes, bytes);
            }
        }
        throw new TypeConversionException("ring of '" + text + "' bytes is not between 1 and " + MOST
                + " (1 MiB), rounded up to a power of two that is at least 1024 one way and 2048 the other");
    }
}
