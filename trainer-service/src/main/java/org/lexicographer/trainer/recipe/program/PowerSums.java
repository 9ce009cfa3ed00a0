package org.lexicographer.trainer.recipe.program;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.lexicographer.kernel.program.TorchProgram;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels.PowerSlope;
import org.lexicographer.trainer.recipe.loss.KernelStep.Penalty;

/** Penalties of powers, row by row. */
final class PowerSums {

    private static final String TEXT =
            """
              def room(self, f: Tensor) -> List[Tensor]:
                return [torch.empty([2, f.size(0)], dtype=6, device=f.device)]
              def powers(self, sums: Tensor, numbers: List[float]) -> List[Tensor]:
                p, next, scale = numbers[0], numbers[1], numbers[2]
                if numbers[3] > 0.:
                  return [torch.pow(sums[0], 1. / p), torch.pow(sums[1], 1. / next), torch.pow(sums[0], 1. / p - 1.) * scale]
                return [sums[0].clone(), sums[1].clone(), torch.full_like(sums[0], scale * p)]
            """;

    private final PositiveKernels kernels;
    private final TorchProgram program;

    PowerSums(KernelContext shared) {
        this.kernels = new PositiveKernels(shared.kernels());
        this.program = shared.compile("powers", TEXT);
    }

    /**
     * A penalty of a batch.
     *
     * @param rows what each row adds to P, before its share, under the exponent and under the next
     *     (B)
     * @param slope what the penalty adds to dL/df
     */
    record Seen(List<NDArray> rows, PowerSlope slope) {}

    /**
     * Looks at a batch.
     *
     * @param latents f (B, F), bfloat16
     */
    Seen of(Penalty penalty, NDArray latents) {
        double p = penalty.p();
        double next = penalty.next();
        NDArray sums =
                program.call("room", latents.getManager())
                        .array(latents)
                        .run()
                        .getFirst(); // (2, B)
        kernels.sumPowers(latents, (float) p, (float) next, sums);
        double scale = penalty.weight() * penalty.share();
        List<NDArray> powers =
                program.call("powers", latents.getManager())
                        .array(sums)
                        .numbers(List.of(p, next, scale, penalty.isRoot() ? 1.0 : 0.0))
                        .run();
        return new Seen(powers.subList(0, 2), new PowerSlope(powers.getLast(), (float) (p - 1)));
    }
}
