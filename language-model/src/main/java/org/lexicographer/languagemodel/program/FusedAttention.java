package org.lexicographer.languagemodel.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.stream.LongStream;
import org.lexicographer.kernel.program.TorchProgram;
import org.lexicographer.languagemodel.kernel.AttentionKernel.HeadColumns;
import org.lexicographer.languagemodel.kernel.AttentionKernel.Input;

/**
 * Attention by PyTorch's fused kernels, of float32 or bfloat16 heads, for GPUs above all. Threads
 * may share one.
 *
 * <p>Rotations and soft caps are computed in float32 and rounded once. Scores are in memory only
 * where they are capped, which the fused kernels cannot do, and then those of 256 queries at a
 * time.
 */
public final class FusedAttention {

    /**
     * 6 is what TorchScript calls float32. Query head h reads key head h / (H/G). A layout is a
     * head's width, then of queries, keys and values how many there are, the first's number and the
     * step to the next one's, in heads.
     */
    private static final String TEXT =
            """
              def heads(self, x: Tensor, layout: List[int], at: int) -> Tensor:
                count, first, step = layout[at], layout[at + 1], layout[at + 2]
                end = first + (count - 1) * step + 1
                return x.view([x.size(0), x.size(1), -1, layout[0]])[:, :, first:end:step].transpose(1, 2)
              def turn(self, x: Tensor, angles: List[Tensor]):
                if len(angles) > 0:
                  cosine, sine = angles[0], angles[1]
                  half = cosine.size(1)
                  first, second = x[..., :half], x[..., half:2 * half]
                  turned = first * cosine - second * sine
                  second.copy_(second * cosine + first * sine)
                  first.copy_(turned)
              def repeated(self, x: Tensor, heads: int) -> Tensor:
                each = heads // x.size(1)
                if each == 1:
                  return x
                return x.unsqueeze(2).expand([-1, -1, each, -1, -1]).flatten(1, 2)
              def capped(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, scale: float, cap: float) -> Tensor:
                parts: List[Tensor] = []
                length = q.size(2)
                for i in range((length + 255) // 256):
                  start, end = i * 256, min(length, i * 256 + 256)
                  scores = torch.matmul(q[:, :, start:end], k[:, :, :end].transpose(-2, -1)).to(6)
                  scores = torch.tanh(scores * (scale / cap)) * cap + mask[start:end, :end]
                  parts.append(torch.matmul(torch.softmax(scores, -1).to(v.dtype), v[:, :, :end]))
                return torch.cat(parts, 2)
              def mix(self, inputs: List[Tensor], layout: List[int], angles: List[Tensor], mask: List[Tensor], scale: float, cap: float) -> List[Tensor]:
                q, k, v = self.heads(inputs[0], layout, 1), self.heads(inputs[1], layout, 4), self.heads(inputs[2], layout, 7)
                self.turn(q, angles)
                self.turn(k, angles)
                k, v = self.repeated(k, q.size(1)), self.repeated(v, q.size(1))
                if cap > 0.:
                  mixed = self.capped(q, k, v, mask[0], scale, cap)
                elif len(mask) > 0:
                  mixed = torch.scaled_dot_product_attention(q, k, v, mask[0] == 0., 0., False, scale=scale)
                else:
                  mixed = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=scale)
                return [mixed.transpose(1, 2).flatten(2)]
            """;

    private final TorchProgram program;

    private FusedAttention(TorchProgram program) {
        this.program = program;
    }

    /**
     * What scores are made of.
     *
     * @param mask (T, T) float32, 0 where a position may look, else minus infinity; none where a
     *     position sees itself and all before it and scores are not capped
     * @param scale of the scores
     * @param cap what bounds the scores; 0 where nothing does
     */
    public record Scores(NDList mask, double scale, double cap) {}

    /** Compiles the program, which is the owner's; it takes arrays of any device. */
    public static FusedAttention compile(NDManager owner) {
        TorchProgram program = TorchProgram.compile(owner.getDevice(), TEXT);
        owner.attachInternal("fused attention", program);
        return new FusedAttention(program);
    }

    /**
     * Returns the heads' outputs side by side (B, T, H * E), in the queries' manager.
     *
     * @param heads of which queries and keys are turned in place
     */
    public NDArray mix(Input heads, Scores scores) {
        List<HeadColumns> parts = List.of(heads.queries(), heads.keys(), heads.values());
        return program.call("mix", heads.queries().array().getManager())
                .arrays(parts.stream().map(HeadColumns::array).toList())
                .counts(layout(parts, heads.headDim()))
                .arrays(
                        heads.rotation()
                                .map(angles -> List.of(angles.cosines(), angles.sines()))
                                .orElse(List.of()))
                .arrays(scores.mask())
                .number(scores.scale())
                .number(scores.cap())
                .run()
                .getFirst(); // (B, T, H * E)
    }

    private static long[] layout(List<HeadColumns> parts, int headDim) {
        LongStream ofParts =
                parts.stream()
                        .flatMapToLong(
                                part ->
                                        LongStream.of(
                                                part.count(),
                                                part.first() / headDim,
                                                part.step() / headDim));
        return LongStream.concat(LongStream.of(headDim), ofParts).toArray();
    }
}
