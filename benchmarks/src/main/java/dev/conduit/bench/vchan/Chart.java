package dev.conduit.bench.vchan;

import java.util.List;
import java.util.Locale;

/** The medians as bars, in SVG; logarithmic, because they are a thousand times apart. */
public final class Chart {

    private static final int BAR = 16;
    private static final int LABELS = 230;
    private static final int BARS = 420;
    private static final int WIDTH = LABELS + BARS + 90;
    private static final int HEAD = 34;

    private final List<Figure> figures;
    private final StringBuilder svg = new StringBuilder();
    private int top;

    private Chart(List<Figure> figures) {
        this.figures = figures;
    }

    /**
     * Draws the throughput of each size and the round trips.
     *
     * @param report the results
     * @return the text of an SVG file
     */
    public static String of(VchanReport report) {
        Chart chart = new Chart(report.figures());
        for (int size : Measures.SIZES) {
            chart.panel("Million messages a second, " + Measures.bytes(size), Measures.rate(size), 1e6);
        }
        chart.panel("Round trip of 64 B, spinning, median, us", Measures.of(Measures.SPINNING, "p50"), 1e3);
        chart.panel("Round trip of 64 B, sleeping, median, us", Measures.of(Measures.SLEEPING, "p50"), 1e3);
        return String.format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " font-family=\"sans-serif\" font-size=\"12\">%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n%s</svg>%n", WIDTH, chart.top + BAR, chart.svg);
    }

    private void panel(String title, String measure, double unit) {
        List<Figure> bars = figures.stream().filter(figure -> figure.measure().equals(measure)).toList();
        if (bars.isEmpty()) {
            return;
        }
        text(8, top + HEAD - 10, "start", "bold", title);
        top += HEAD;
        double least = bars.stream().mapToDouble(Figure::lowest).min().orElseThrow() / 2;
        double most = bars.stream().mapToDouble(Figure::highest).max().orElseThrow();
        double scale = BARS / Math.log(most / least);
        for (Figure bar : bars) {
            double length = Math.log(bar.median() / least) * scale;
            double from = Math.log(bar.lowest() / least) * scale;
            double to = Math.log(bar.highest() / least) * scale;
            text(LABELS - 6, top + BAR - 4, "end", "normal", bar.row());
            rectangle(LABELS, top + 2, length, BAR - 4, bar.row().startsWith("conduit") ? "#2a6fbb" : "#9aa5b1");
            rectangle(LABELS + from, top + BAR / 2, Math.max(1, to - from), 1, "black");
            text(LABELS + Math.max(length, to) + 6, top + BAR - 4, "start", "normal",
                    VchanReport.number(bar.median() / unit));
            top += BAR;
        }
    }

    private void text(double x, int y, String anchor, String weight, String text) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\">%s</text>%n",
                x, y, anchor, weight, text));
    }

    private void rectangle(double x, int y, double width, int height, String colour) {
        svg.append(String.format(Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n", x, y, width, height, colour));
    }
}
