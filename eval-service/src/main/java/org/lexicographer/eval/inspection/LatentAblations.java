package org.lexicographer.eval.inspection;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.lexicographer.eval.inspection.Ablation.Effect;
import org.lexicographer.eval.inspection.LatentAblation.Context;
import org.lexicographer.eval.inspection.LatentAblation.Place;
import org.lexicographer.eval.inspection.LatentAblation.TokenChange;
import org.lexicographer.eval.latent.effect.RankedTokens;
import org.lexicographer.eval.latent.result.Example;
import org.lexicographer.eval.latent.result.ExampleGroup;
import org.lexicographer.eval.store.StoredStatistics;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

/** Takes latents out of the top contexts that statistics have kept of them. */
public final class LatentAblations {

    private final DictionaryInModel dictionaries;

    public LatentAblations(DictionaryInModel dictionaries) {
        this.dictionaries = requireNonNull(dictionaries, "dictionaries is null");
    }

    /**
     * Takes a latent out.
     *
     * @param statistics those of the checkpoint
     * @param latent from 0 to below their number of latents
     * @throws org.lexicographer.eval.evaluator.UnusableInputException when the dictionary cannot be
     *     used in its model
     */
    public LatentAblation of(
            DictionaryCheckpoint checkpoint, StoredStatistics statistics, int latent) {
        List<Example> top = statistics.examples(latent, new ExampleGroup.Top());
        return dictionaries.use(
                checkpoint,
                use -> {
                    Ablation ablation = new Ablation(use.model(), use.dictionary(), latent);
                    List<Context> contexts = top.stream().map(it -> without(ablation, it)).toList();
                    float[] changes = ablation.meanChanges();
                    return new LatentAblation(
                            checkpoint.dictionary(),
                            checkpoint.step(),
                            statistics.summary().text(),
                            latent,
                            use.dictionary().target(),
                            meanChange(contexts),
                            named(RankedTokens.largest(changes), use.tokenizer()::text),
                            named(RankedTokens.smallest(changes), use.tokenizer()::text),
                            contexts);
                });
    }

    private static Context without(Ablation ablation, Example example) {
        List<Example.Token> tokens = example.tokens();
        List<Place> places = new ArrayList<>();
        for (Effect effect : ablation.add(tokens.stream().mapToInt(Example.Token::id).toArray())) {
            places.add(
                    new Place(
                            effect.position(),
                            tokens.get(effect.position()).text(),
                            effect.value(),
                            tokens.get(effect.position() + 1).text(),
                            effect.before(),
                            effect.after() - effect.before()));
        }
        return new Context(example.context(), example.origin(), places);
    }

    private static Optional<Double> meanChange(List<Context> contexts) {
        var mean =
                contexts.stream()
                        .flatMap(context -> context.places().stream())
                        .mapToDouble(Place::change)
                        .average();
        return mean.isPresent() ? Optional.of(mean.getAsDouble()) : Optional.empty();
    }

    private static List<TokenChange> named(RankedTokens tokens, IntFunction<String> words) {
        return IntStream.range(0, tokens.tokens().length)
                .mapToObj(
                        i ->
                                new TokenChange(
                                        words.apply(tokens.tokens()[i]),
                                        tokens.tokens()[i],
                                        tokens.values()[i]))
                .toList();
    }
}
