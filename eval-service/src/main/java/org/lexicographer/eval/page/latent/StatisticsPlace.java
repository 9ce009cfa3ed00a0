package org.lexicographer.eval.page.latent;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.message.Evaluation;

/**
 * Which statistics of latents are looked at.
 *
 * @param id the dictionary
 * @param step the step of its checkpoint
 * @param isLast whether that is the last one
 * @param text the name of the text
 */
public record StatisticsPlace(DictionaryId id, long step, boolean isLast, String text) {

    /** Returns the address of a latent's page. */
    public String latent(int latent) {
        return address("/latents/" + latent, List.of());
    }

    /** Returns where a latent is taken out. */
    public String ablation(int latent) {
        return address("/latents/" + latent + "/ablation", List.of());
    }

    /** Returns where somebody says what a latent stands for. */
    public String explanation(int latent) {
        return address("/latents/" + latent + "/explanation", List.of());
    }

    /** Returns the address of the page of all latents. */
    public String latents() {
        return address("/latents", List.of());
    }

    /** Returns the address of a page under the dictionary's, with what is asked of it. */
    String address(String path, List<String> parameters) {
        List<String> all = new ArrayList<>(parameters);
        if (!isLast) {
            all.add("step=" + step);
        }
        if (!text.equals(Evaluation.HELD_OUT)) {
            all.add(parameter("text", text));
        }
        String query = all.isEmpty() ? "" : "?" + String.join("&", all);
        return "/pages/dictionaries/" + id + path + query;
    }

    static String parameter(String name, String value) {
        return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
