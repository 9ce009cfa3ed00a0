package org.lexicographer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SiteTest {

    private static final List<String> IN_MODEL_ORDER =
            List.of(
                    "embed",
                    "layers.0.resid.pre",
                    "layers.0.attn.z",
                    "layers.0.attn.out",
                    "layers.0.resid.mid",
                    "layers.0.mlp.in",
                    "layers.0.mlp.hidden",
                    "layers.0.mlp.out",
                    "layers.0.resid.post",
                    "layers.1.resid.pre",
                    "layers.10.mlp.out");

    @Test
    void everySiteIsWrittenAsItWasRead() {
        assertThat(IN_MODEL_ORDER).allMatch(text -> Site.parse(text).toString().equals(text));
    }

    @Test
    void sitesAreOrderedAsAForwardPassReachesThem() {
        // Given
        List<Site> sites = new ArrayList<>(IN_MODEL_ORDER.stream().map(Site::parse).toList());
        Collections.shuffle(sites, new Random(1));

        // When
        Collections.sort(sites);

        // Then
        assertThat(sites).extracting(Site::toString).isEqualTo(IN_MODEL_ORDER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "layers.3",
                "layers.-1.mlp.out",
                "layers.x.mlp.out",
                "layers.3.mlp",
                "layers.3.embed",
                "layers.12345.mlp.out",
                "LAYERS.3.mlp.out",
                "layers.3.mlp.out ",
                "embed.0"
            })
    void namesTheFormsThereAreWhenATextIsNoSite(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Site.parse(text))
                .withMessage(
                        "unknown site: expected=embed or"
                                + " layers.N.(resid.pre|attn.z|attn.out|resid.mid|mlp.in|mlp.hidden"
                                + "|mlp.out|resid.post),"
                                + " found="
                                + text);
    }

    @Test
    void theEmbeddingHasNoLayer() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Site(1, Site.Kind.EMBED))
                .withMessage("layer out of range: layer=1, kind=embed");
    }

    @Test
    void aDictionaryIsNamedByRunSiteAndRecipe() {
        // Given
        String text = "demo/layers.3.mlp.out/standard";

        // Then
        assertThat(DictionaryId.parse(text))
                .isEqualTo(new DictionaryId("demo", Site.parse("layers.3.mlp.out"), "standard"))
                .hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"demo/embed", "demo/embed/a/b", "Demo/embed/a", "demo/mlp/a", "d/embed/"})
    void refusesWhatNamesNoDictionary(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> DictionaryId.parse(text));
    }
}
