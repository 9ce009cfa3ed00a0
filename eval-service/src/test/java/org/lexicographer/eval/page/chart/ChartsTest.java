package org.lexicographer.eval.page.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.page.chart.Histogram.Bar;
import org.lexicographer.eval.page.chart.ScatterPlot.Point;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ChartsTest {

    private static final Histogram HISTOGRAM =
            new Histogram("Densities", "density", "latents", true);
    private static final ScatterPlot PLOT = new ScatterPlot("Trade", "L0", "% loss recovered");

    private static Document parsed(Chart chart) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(chart.svg())));
    }

    private static List<Double> numbers(String svg, String attribute) {
        Matcher matcher = Pattern.compile(" " + attribute + "=\"([-0-9.]+)\"").matcher(svg);
        List<Double> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(Double.parseDouble(matcher.group(1)));
        }
        return found;
    }

    @Test
    void aHistogramHasABarForEveryCountAndTheSameAsATable() throws Exception {
        // Given
        List<Bar> bars =
                List.of(
                        new Bar(1e-6, 1e-5, 0),
                        new Bar(1e-5, 1e-4, 3),
                        new Bar(1e-4, 1e-3, 0),
                        new Bar(1e-3, 1e-2, 1),
                        new Bar(1e-2, 1e-1, 0));

        // When
        Chart chart = HISTOGRAM.of(bars);

        // Then
        Document svg = parsed(chart);
        assertThat(svg.getDocumentElement().getAttribute("role")).isEqualTo("img");
        assertThat(svg.getDocumentElement().getAttribute("aria-label")).isEqualTo("Densities");
        assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(2);
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("1e-5 to 1e-4: 3 latents");
        assertThat(chart.header()).containsExactly("from", "to", "latents");
        assertThat(chart.rows())
                .containsExactly(
                        List.of("1e-5", "1e-4", "3"),
                        List.of("1e-4", "0.001", "0"),
                        List.of("0.001", "0.01", "1"));
    }

    @Test
    void barsOfEqualRatiosAreEquallyWide() {
        // When
        String svg = HISTOGRAM.of(List.of(new Bar(1, 10, 5), new Bar(10, 100, 10))).svg();

        // Then
        assertThat(numbers(svg, "width")).hasSize(2);
        assertThat(numbers(svg, "width").get(0)).isEqualTo(numbers(svg, "width").get(1));
        assertThat(2 * numbers(svg, "height").get(0)).isEqualTo(numbers(svg, "height").get(1));
    }

    @Test
    void nothingIsDrawnOfNothing() {
        assertThat(HISTOGRAM.of(List.of(new Bar(1, 2, 0))).svg()).isEmpty();
        assertThat(PLOT.of(List.of()).svg()).isEmpty();
    }

    @Test
    void aScatterPlotHasAPointForEveryThingInsideItsFrame() throws Exception {
        // When
        Chart chart =
                PLOT.of(
                        List.of(
                                new Point("a/standard", "a", 33, 66.3),
                                new Point("b/standard", "b", 8, -143.6),
                                new Point("b/topk", "b", 8, 84.2)));

        // Then
        Document svg = parsed(chart);
        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(3);
        assertThat(numbers(chart.svg(), "cx")).allMatch(x -> x > 0 && x < Frame.WIDTH);
        assertThat(numbers(chart.svg(), "cy")).allMatch(y -> y > 0 && y < Frame.HEIGHT);
        assertThat(chart.legend()).containsExactly("a", "b");
        assertThat(chart.rows()).contains(List.of("b/standard", "8", "-143.6"));
    }

    @Test
    void whateverAThingIsCalledIsText() throws Exception {
        // Given
        String name = "<script>\"&'</script>";

        // When
        Chart chart = PLOT.of(List.of(new Point(name, "a", 1, 1)));

        // Then
        assertThat(chart.svg()).doesNotContain("<script>");
        assertThat(parsed(chart).getElementsByTagName("title").item(0).getTextContent())
                .startsWith(name);
    }
}
