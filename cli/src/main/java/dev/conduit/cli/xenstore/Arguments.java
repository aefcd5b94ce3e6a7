package dev.conduit.cli.xenstore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The arguments of a tool, read as getopt_long(3) does: options anywhere, letters together, long names cut short, all
 * behind {@code --} taken as it is. An option no tool has is reported and ignored; one that only other tools have is
 * wrong usage.
 */
final class Arguments {

    /** Every option of every tool: the letter, the long name if it has one. */
    private enum Known {
        HELP('h', "help"), FLAT('f', "flat"), PREFIX('p', "prefix"), TIDY('t', "tidy"), UPTO('u', "upto"),
        RECURSE('r', "recurse"), NUMBER('n', "number"), RAW('R', "raw"), SOCKET('s', null);

        private final char letter;
        private final String longName;

        Known(char letter, String longName) {
            this.letter = letter;
            this.longName = longName;
        }
    }

    private final String allowed;
    private final Console console;
    private final Set<Character> given = new HashSet<>();
    private final List<String> words = new ArrayList<>();
    private String number;

    private Arguments(String allowed, Console console) {
        this.allowed = allowed;
        this.console = console;
    }

    /**
     * Reads a command line.
     *
     * @param arguments one char a byte
     * @param allowed letters of the options this tool has, besides -h
     * @param console where ignored options are reported
     * @throws UsageException for -h and for the options of other tools
     */
    static Arguments parse(List<String> arguments, String allowed, Console console)
            throws UsageException, IOException {
        Arguments parsed = new Arguments(allowed, console);
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            String next = i + 1 < arguments.size() ? arguments.get(i + 1) : null;
            if (argument.equals("--")) {
                parsed.words.addAll(arguments.subList(i + 1, arguments.size()));
                break;
            } else if (argument.startsWith("--")) {
                i += parsed.longOption(argument.substring(2), next);
            } else if (argument.startsWith("-") && argument.length() > 1) {
                i += parsed.letters(argument, next);
            } else {
                parsed.words.add(argument);
            }
        }
        return parsed;
    }

    /** Tells whether an option was given. */
    boolean has(char letter) {
        return given.contains(letter);
    }

    /** What stood behind -n, or null. */
    String number() {
        return number;
    }

    /** All that is no option, in order. */
    List<String> words() {
        return words;
    }

    /** Returns how many arguments more were taken. */
    private int letters(String argument, String next) throws UsageException, IOException {
        for (int i = 1; i < argument.length(); i++) {
            Known option = byLetter(argument.charAt(i));
            if (option == null) {
                console.error("invalid option -- '" + argument.charAt(i) + "'");
            } else if (option != Known.NUMBER) {
                take(option, null);
            } else if (i + 1 < argument.length()) {
                take(option, argument.substring(i + 1));
                return 0;
            } else if (next == null) {
                console.error("option requires an argument -- 'n'");
            } else {
                take(option, next);
                return 1;
            }
        }
        return 0;
    }

    private int longOption(String text, String next) throws UsageException, IOException {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        List<Known> matches = byName(name);
        if (matches.isEmpty()) {
            console.error("unrecognized option '--" + text + "'");
            return 0;
        }
        if (matches.size() > 1) {
            StringBuilder names = new StringBuilder();
            matches.forEach(match -> names.append(" '--").append(match.longName).append('\''));
            console.error("option '--" + text + "' is ambiguous; possibilities:" + names);
            return 0;
        }
        Known option = matches.get(0);
        boolean takesNumber = option == Known.NUMBER;
        if (equals >= 0 && !takesNumber) {
            console.error("option '--" + option.longName + "' doesn't allow an argument");
        } else if (takesNumber && equals < 0 && next == null) {
            console.error("option '--number' requires an argument");
        } else {
            take(option, equals < 0 ? next : text.substring(equals + 1));
            return takesNumber && equals < 0 ? 1 : 0;
        }
        return 0;
    }

    private void take(Known option, String value) throws UsageException {
        if (allowed.indexOf(option.letter) < 0) {
            throw new UsageException();
        }
        given.add(option.letter);
        if (option == Known.NUMBER) {
            number = value;
        }
    }

    private static Known byLetter(char letter) {
        for (Known option : Known.values()) {
            if (option.letter == letter) {
                return option;
            }
        }
        return null;
    }

    /** The option of this name, or all whose names begin with it. */
    private static List<Known> byName(String name) {
        List<Known> matches = new ArrayList<>();
        for (Known option : Known.values()) {
            if (option.longName != null && option.longName.startsWith(name)) {
                if (option.longName.equals(name)) {
                    return List.of(option);
                }
                matches.add(option);
            }
        }
        return matches;
    }
}
