package dev.conduit.rendezvous.launch.support;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.SettingsProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes settings out of what a configuration holds, and collects everything that is wrong with them. A value that is
 * missing or wrong reads as null, or as its default. One thread only.
 */
public final class Settings {

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})([kmgKMG]?)");

    private final String prefix;
    private final Map<?, ?> values;
    private final List<SettingsProblem> problems;
    private final Set<String> known = new HashSet<>();

    private Settings(String prefix, Map<?, ?> values, List<SettingsProblem> problems) {
        this.prefix = prefix;
        this.values = values;
        this.problems = problems;
    }

    /**
     * Begins with the settings of a guest.
     *
     * @param guest the guest
     * @return its settings
     */
    public static Settings of(GuestSpec guest) {
        return new Settings("", guest.settings(), new ArrayList<>());
    }

    /**
     * Notes a mistake.
     *
     * @param key where
     * @param message what is wrong
     */
    public void problem(String key, String message) {
        problems.add(new SettingsProblem(prefix + key, message));
    }

    /**
     * Ends the reading of these settings: keys that nobody asked for are mistakes.
     *
     * @return every mistake so far
     */
    public List<SettingsProblem> end() {
        for (Object key : values.keySet()) {
            if (!known.contains(String.valueOf(key))) {
                problem(String.valueOf(key), "is not a setting of this launcher; it has "
                        + String.join(", ", known.stream().sorted().toList()));
            }
        }
        return List.copyOf(problems);
    }

    /**
     * Ends the reading where only right settings will do.
     *
     * @param guest whose they are
     * @throws LaunchException with the first mistake, when there is one
     */
    public void require(GuestSpec guest) throws LaunchException {
        List<SettingsProblem> all = end();
        if (!all.isEmpty()) {
            throw new LaunchException("guest " + guest.name() + ": " + all.get(0).key() + ": " + all.get(0).message());
        }
    }

    /**
     * Tells whether a key is there.
     *
     * @param key which
     * @return true also when its value is wrong
     */
    public boolean has(String key) {
        known.add(key);
        return values.get(key) != null;
    }

    /**
     * Tells whether a value is a list.
     *
     * @param key which
     * @return true for a list of anything
     */
    public boolean isList(String key) {
        return values.get(key) instanceof List<?>;
    }

    /**
     * Reads a text that must be there.
     *
     * @param key which
     * @return the text; null when it is missing or wrong
     */
    public String required(String key) {
        if (!has(key)) {
            problem(key, "is missing");
            return null;
        }
        return text(key, null);
    }

    /**
     * Reads a text, number or truth value as a text.
     *
     * @param key which
     * @param otherwise what it is when it is missing or wrong
     * @return the text
     */
    public String text(String key, String otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        String text = scalar(values.get(key));
        if (text == null || text.isEmpty() || text.indexOf('\0') >= 0) {
            problem(key, "is not a text: " + shown(values.get(key)));
            return otherwise;
        }
        return text;
    }

    /**
     * Reads a list of texts; one text is a list of one.
     *
     * @param key which
     * @return the texts; empty when they are missing or wrong
     */
    public List<String> texts(String key) {
        if (!has(key)) {
            return List.of();
        }
        List<?> list = values.get(key) instanceof List<?> several ? several : List.of(values.get(key));
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String text = scalar(list.get(i));
            if (text == null || text.indexOf('\0') >= 0) {
                problem(key + "." + i, "is not a text: " + shown(list.get(i)));
            } else {
                texts.add(text);
            }
        }
        return texts;
    }

    /**
     * Reads a map of texts.
     *
     * @param key which
     * @return the texts; empty when they are missing or wrong
     */
    public Map<String, String> map(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (!has(key)) {
            return texts;
        }
        if (!(values.get(key) instanceof Map<?, ?> map)) {
            problem(key, "is not a map: " + shown(values.get(key)));
            return texts;
        }
        map.forEach((name, value) -> {
            String text = scalar(value);
            if (text == null || text.indexOf('\0') >= 0) {
                problem(key + "." + name, "is not a text: " + shown(value));
            } else {
                texts.put(String.valueOf(name), text);
            }
        });
        return texts;
    }

    /**
     * Goes into settings inside of these.
     *
     * @param key which
     * @return them; null when they are missing or wrong
     */
    public Settings inner(String key) {
        if (!has(key)) {
            return null;
        }
        if (!(values.get(key) instanceof Map<?, ?> map)) {
            problem(key, "is not a map: " + shown(values.get(key)));
            return null;
        }
        return new Settings(prefix + key + ".", map, problems);
    }

    /**
     * Reads yes or no.
     *
     * @param key the setting
     * @param otherwise what holds when it is not given
     * @return what was given, or {@code otherwise} when it was not or is neither, which is noted
     */
    public boolean truth(String key, boolean otherwise) {
        String text = text(key, null);
        if (text == null || text.equals("true") || text.equals("false")) {
            return text == null ? otherwise : text.equals("true");
        }
        problem(key, "'" + text + "' is neither true nor false");
        return otherwise;
    }

    /**
     * Reads a whole number.
     *
     * @param key which
     * @param least lower bound
     * @param most upper bound
     * @param otherwise what it is when it is missing or wrong
     * @return the number
     */
    public int number(String key, int least, int most, int otherwise) {
        String text = text(key, null);
        if (text == null) {
            return otherwise;
        }
        if (text.matches("-?[0-9]{1,9}") && Integer.parseInt(text) >= least && Integer.parseInt(text) <= most) {
            return Integer.parseInt(text);
        }
        problem(key, "'" + text + "' is not between " + least + " and " + most);
        return otherwise;
    }

    /**
     * Reads an amount of memory: a number of bytes, or with k, m or g after it of KiB, MiB or GiB.
     *
     * @param key which
     * @param least lower bound in bytes
     * @return bytes; 0 when it is missing or wrong
     */
    public long bytes(String key, long least) {
        String text = text(key, null);
        if (text == null) {
            return 0;
        }
        Matcher matcher = SIZE.matcher(text);
        if (matcher.matches()) {
            int shift = 10 * ("kmg".indexOf(matcher.group(2).toLowerCase()) + (matcher.group(2).isEmpty() ? 0 : 1));
            long count = Long.parseLong(matcher.group(1));
            if (count <= Long.MAX_VALUE >> shift && count << shift >= least) {
                return count << shift;
            }
        }
        problem(key, "'" + text + "' is not an amount of memory, such as 256m, of at least " + least + " bytes");
        return 0;
    }

    /**
     * Names every key there is, in the order of the configuration where it has one.
     *
     * @return the keys
     */
    public List<String> keys() {
        return values.keySet().stream().map(String::valueOf).toList();
    }

    private static String scalar(Object value) {
        return value instanceof String || value instanceof Number || value instanceof Boolean ? value.toString() : null;
    }

    private static String shown(Object value) {
        return OneLine.of(String.valueOf(value));
    }
}
