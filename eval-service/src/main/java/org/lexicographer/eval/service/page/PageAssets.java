package org.lexicographer.eval.service.page;

import io.quarkus.qute.TemplateGlobal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.zip.CRC32;

/** The addresses of what pages load: scripts of others as their jars name them, and our own. */
@TemplateGlobal
final class PageAssets {

    /** The script that loads parts of pages. */
    static final String HTMX = webjar("htmx.org") + "/dist/htmx.min.js";

    /** The script that draws training curves. */
    static final String UPLOT = webjar("uplot") + "/dist/uPlot.iife.min.js";

    /** What these look like. */
    static final String UPLOT_STYLE = webjar("uplot") + "/dist/uPlot.min.css";

    /** The script that asks for curves to be drawn. */
    static final String SCRIPT = own("/assets/lexicographer.js");

    /** What pages look like. */
    static final String STYLE = own("/assets/lexicographer.css");

    private PageAssets() {}

    private static String webjar(String name) {
        Properties properties = new Properties();
        String file = "/META-INF/maven/org.webjars.npm/%s/pom.properties".formatted(name);
        try (InputStream content = PageAssets.class.getResourceAsStream(file)) {
            properties.load(content);
        } catch (IOException e) {
            throw new UncheckedIOException("webjar not readable: name=" + name, e);
        }
        return "/webjars/%s/%s".formatted(name, properties.getProperty("version"));
    }

    /** Browsers keep what they have loaded: another content has another address. */
    private static String own(String path) {
        CRC32 sum = new CRC32();
        try (InputStream content =
                PageAssets.class.getResourceAsStream("/META-INF/resources" + path)) {
            sum.update(content.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("asset not readable: path=" + path, e);
        }
        return "%s?%08x".formatted(path, sum.getValue());
    }
}
