package org.lexicographer.eval.view;

import java.util.List;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Site;

/**
 * What a dictionary's latents do on a text.
 *
 * @param dictionary run, site and recipe
 * @param step the number of training steps it has had
 * @param site the site that it reads
 * @param tokens the text's tokens, in their order
 */
public record TextActivations(
        DictionaryId dictionary, long step, Site site, List<TokenActivations> tokens) {

    public TextActivations {
        tokens = List.copyOf(tokens);
    }

    /**
     * A token and what is active on it.
     *
     * @param text the token as text
     * @param id its number in the vocabulary
     * @param position its place in its context: a text longer than the run's contexts is read in
     *     several
     * @param active how many latents are active on it
     * @param latents the strongest of them, the strongest first
     */
    public record TokenActivations(
            String text, int id, int position, int active, List<ActiveLatent> latents) {

        public TokenActivations {
            latents = List.copyOf(latents);
        }
    }

    /**
     * An active latent.
     *
     * @param latent which
     * @param value how much
     */
    public record ActiveLatent(int latent, float value) {}
}
