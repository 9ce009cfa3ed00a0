package org.lexicographer.trainer.recipe.anneal;

import java.util.List;

/**
 * The norm R_p of {@link AnnealedNorm} in TorchScript: {@code norm_gradient} returns dR/df times
 * the scale where f is positive, and {@code norm_value} R, under p or under the next exponent.
 */
public final class PowerNormText {

    /**
     * Numbers are p, 1/p, the next p, 1/p of it, the scale, and whether it is lp and the paper's.
     */
    public static final String TEXT =
            """
              def norm_gradient(self, f: Tensor, numbers: List[float]) -> Tensor:
                p, inverse, scale = numbers[0], numbers[1], numbers[4] / f.size(0)
                if p == 0.:
                  return torch.zeros_like(f)
                powers = torch.pow(f.to(6), p - 1.)
                if numbers[5] > 0.:
                  return powers * torch.pow(torch.pow(f.to(6), p).sum(1, True), inverse - 1.) * scale
                return powers * (scale * p)
              def norm_value(self, f: Tensor, numbers: List[float], next: bool) -> Tensor:
                p, inverse = (numbers[2], numbers[3]) if next else (numbers[0], numbers[1])
                if p == 0. and numbers[6] > 0.:
                  return (f > 0).sum().to(6) / f.size(0)
                sums = torch.pow(f.to(6), p).sum(1)
                if numbers[5] > 0.:
                  sums = torch.pow(sums, inverse)
                return sums.sum() / f.size(0)
            """;

    private PowerNormText() {}

    /** Returns the numbers of the mean sum of f, whose exponent stays 1. */
    public static List<Double> sumOf(double scale) {
        return List.of(1.0, 1.0, 1.0, 1.0, scale, 0.0, 0.0);
    }
}
