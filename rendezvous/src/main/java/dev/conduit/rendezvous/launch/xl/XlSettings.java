package dev.conduit.rendezvous.launch.xl;

import dev.conduit.rendezvous.launch.support.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a configuration says of a guest of this launcher: a file for {@code xl create}, or its lines.
 *
 * @param config the file, or null
 * @param lines what is to be written into a file, when there is none
 * @param save the folder for the memory of suspended guests
 */
record XlSettings(Path config, List<String> lines, Path save) {

    private static final String SAVE = "/var/lib/xen/save";
    private static final String KEY = "[a-z][a-z0-9_]*";

    /** Mistakes are in the settings afterwards. */
    static XlSettings read(Settings settings) {
        Path save = Path.of(settings.text("save", SAVE)).toAbsolutePath();
        String config = settings.text("config", null);
        List<String> lines = new ArrayList<>();
        for (String key : settings.keys()) {
            if (key.equals("save") || key.equals("config")) {
                continue;
            }
            if (key.equals("name")) {
                settings.has(key);
                settings.problem(key, "is the name of the service, and cannot be another");
            } else if (config != null) {
                settings.has(key);
                settings.problem(key, "cannot be given beside config: write it into that file");
            } else if (key.matches(KEY)) {
                lines.add(key + " = " + value(settings, key));
            }
        }
        if (config == null && !settings.has("config") && !settings.has("kernel") && !settings.has("bootloader")
                && !settings.has("type") && !settings.has("builder")) {
            settings.problem("", "has neither config nor kernel, bootloader or type");
        }
        return new XlSettings(config == null ? null : Path.of(config).toAbsolutePath(), lines, save);
    }

    private static String value(Settings settings, String key) {
        if (settings.isList(key)) {
            List<String> quoted = settings.texts(key).stream().map(text -> quoted(settings, key, text)).toList();
            return "[ " + String.join(", ", quoted) + " ]";
        }
        String text = settings.text(key, "");
        return switch (text) {
            // As xl.cfg has them.
            case "true" -> "1";
            case "false" -> "0";
            default -> text.matches("[0-9]{1,18}") ? text : quoted(settings, key, text);
        };
    }

    /** xl.cfg(5) has no way to put its quotation mark into a text, but two kinds of marks. */
    private static String quoted(Settings settings, String key, String text) {
        String mark = text.indexOf('"') < 0 ? "\"" : "'";
        if (text.contains(mark) || text.chars().anyMatch(Character::isISOControl)) {
            settings.problem(key, "has both kinds of quotation marks or a control character in it, which xl cannot read");
        }
        return mark + text.replace("\\", "\\\\") + mark;
    }
}
