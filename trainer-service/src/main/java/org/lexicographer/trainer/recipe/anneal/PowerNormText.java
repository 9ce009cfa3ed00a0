package org.lexicographer.trainer.recipe.anneal;

import java.util.List;

/**
 * The norm R_p of {@link AnnealedNorm} in TorchScript: {@code at_active} returns dL/df where f is
 * positive, else 0, from dL/dx^, the decoder and f; {@code norm_values} returns R, under p and
 * under the next exponent, from f and its sums over the batch (R is the same for lp and lp to the p
 * where p is 1). Powers and sums are float32: with powers in bfloat16, losses were 0.9 % off once p
 * had fallen.
 */
public final class PowerNormText {

    /**
     * Numbers are p, 1/p, the next p, 1/p of it, the scale, and whether it is lp and the paper's.
     */
    public static final String TEXT =
            """
              def at_active(self, output: Tensor, decoder: Tensor, f: Tensor, numbers: List[float]) -> Tensor:
                p, scale = numbers[0], numbers[4] / f.size(0)
                if numbers[5] > 0. and p != 0.:
                  at_latents = torch.mm(output, decoder.t())
                  sums = torch.pow(torch.pow(f.to(6), p).sum(1, True), numbers[1] - 1.) * scale
                  at_latents.add_(torch.pow(f.to(6), p - 1.) * sums)
                elif p == 1.:
                  at_latents = torch.addmm(torch.full_like(decoder[:, 0], scale), output, decoder.t())
                else:
                  at_latents = torch.mm(output, decoder.t())
                  if p != 0.:
                    at_latents.add_(torch.pow(f.to(6), p - 1.), alpha=scale * p)
                return torch.threshold_backward(at_latents, f, 0)
              def norm_value(self, f: Tensor, sums: Tensor, p: float, inverse: float, numbers: List[float]) -> Tensor:
                if p == 0. and numbers[6] > 0.:
                  return self.active(f, True).to(6) / f.size(0)
                if p == 1.:
                  return sums.sum() / f.size(0)
                powers = torch.pow(f.to(6), p)
                if numbers[5] > 0.:
                  return torch.pow(powers.sum(1), inverse).sum() / f.size(0)
                return powers.sum() / f.size(0)
              def norm_values(self, f: Tensor, sums: Tensor, numbers: List[float]) -> List[Tensor]:
                value = self.norm_value(f, sums, numbers[0], numbers[1], numbers)
                if numbers[2] == numbers[0]:
                  return [value, value.clone()]
                return [value, self.norm_value(f, sums, numbers[2], numbers[3], numbers)]
            """;

    private PowerNormText() {}

    /** Returns the numbers of the mean sum of f, whose exponent stays 1. */
    public static List<Double> sumOf(double scale) {
        return List.of(1.0, 1.0, 1.0, 1.0, scale, 0.0, 0.0);
    }
}
