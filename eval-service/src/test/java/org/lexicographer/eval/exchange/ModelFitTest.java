package org.lexicographer.eval.exchange;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.languagemodel.ModelSites;
import org.lexicographer.languagemodel.forward.SiteWidths;
import org.lexicographer.pipeline.Site;

class ModelFitTest {

    private static DictionaryConfig at(String site) {
        return new DictionaryConfig(
                1,
                Architecture.TOP_K,
                8,
                8,
                16,
                DictionaryConfig.FLOAT32,
                true,
                Optional.of(ActiveLatents.topK(2)),
                Site.parse(site),
                Site.parse(site),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static ModelSites sites(String family) {
        return new ModelSites(
                family, 4, new SiteWidths(8, 8, 32, SiteWidths.BlockOrder.SEQUENTIAL));
    }

    @ParameterizedTest
    @CsvSource({
        "SAE_LENS, layers.1.mlp.out, gemma2",
        "SAE_LENS_5, layers.1.attn.out, gemma3_text",
        "GEMMA_SCOPE, layers.1.mlp.out, gemma2"
    })
    void hookBehindANormIsNotTakenForTheModulesOutput(
            FolderFormat format, String site, String family) {
        assertThatThrownBy(() -> ModelFit.checkHooks(format, at(site), sites(family)))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageStartingWith("hook lies behind the norm after the module")
                .hasMessageContaining("model_type=" + family);
    }

    @ParameterizedTest
    @CsvSource({
        "SAE_LENS, layers.1.resid.post, gemma2",
        "SAE_LENS, layers.1.attn.z, gemma2",
        "SAE_LENS, layers.1.mlp.out, llama",
        "SPARSIFY, layers.1.mlp.out, gemma2",
        "DICTIONARY_LEARNING, layers.1.attn.out, gemma2"
    })
    void placesThatMeanTheSameAreTaken(FolderFormat format, String site, String family) {
        assertThatCode(() -> ModelFit.checkHooks(format, at(site), sites(family)))
                .doesNotThrowAnyException();
    }
}
