package dev.conduit.cli;

import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A XenStore socket with the rights of one domain.
 *
 * @param domain domain id
 * @param path where it is
 */
record DomainSocket(int domain, Path path) {

    private static final int HIGHEST = 0xFFFF;

    /** Reads the form on command lines, {@code N=PATH}. */
    static final class Converter implements ITypeConverter<DomainSocket> {

        @Override
        public DomainSocket convert(String text) {
            int equals = text.indexOf('=');
            if (equals < 0 || equals == text.length() - 1) {
                throw new TypeConversionException("'" + text + "' is not a domain id, an equals sign and a path");
            }
            String domain = text.substring(0, equals);
            if (!domain.matches("[0-9]{1,5}") || Integer.parseInt(domain) > HIGHEST) {
                throw new TypeConversionException("domain '" + domain + "' is not between 0 and " + HIGHEST);
            }
            return new DomainSocket(Integer.parseInt(domain), Path.of(text.substring(equals + 1)));
        }
    }
}
