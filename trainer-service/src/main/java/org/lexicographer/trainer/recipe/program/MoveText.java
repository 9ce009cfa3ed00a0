package org.lexicographer.trainer.recipe.program;

/** What programs that update weights share, in TorchScript. */
final class MoveText {

    /**
     * {@code clip_factor} returns what gradients are multiplied by, from the sum of all their
     * squares and the largest norm. {@code move} is fused Adam, which changes the elements of lists
     * that come as arguments.
     */
    static final String TEXT =
            """
              def clip_factor(self, squares: Tensor, largest: float) -> Tensor:
                return ((squares.sqrt() + 1e-6).reciprocal() * largest).clamp(max=1.)
              def move(self, w: List[Tensor], m: List[Tensor], v: List[Tensor], g: List[Tensor], count: int, rate: float, beta1: float):
                step = torch.zeros_like(g[0].sum()).add_(count)
                torch._fused_adam_(w, g, m, v, [], [step for it in g], lr=rate, beta1=beta1, beta2=0.999, weight_decay=0., eps=1e-08, amsgrad=False, maximize=False)
            """;

    private MoveText() {}
}
