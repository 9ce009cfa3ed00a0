package org.lexicographer.languagemodel.bfloat16;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import org.lexicographer.kernel.program.TorchProgram;

/**
 * What blocks with bfloat16 weights do with bfloat16 values beside products, sums, layer norms and
 * views, which DJL's arrays can. Threads may share one.
 *
 * <p>DJL has no such type: whatever asks an array of it for its type ends the process in native
 * code. Such are reading its elements, printing it, moving it to a device and DJL's softmax. So
 * bfloat16 stays between the sites of a model: all that others see is {@link #widened}.
 *
 * <p>Norms, rotations and soft caps are computed in float32 and rounded once; what is kept between
 * two operations is bfloat16. What a program returns must not be changed in place.
 */
public final class Bfloat16 {

    /**
     * 6 and 15 are what TorchScript calls float32 and bfloat16. Query head h reads key head h /
     * (H/G); {@code mask} is (T, T), 0 or minus infinity, and there where it is not the causal one
     * alone or scores are capped, which the fused attention cannot do.
     */
    private static final String TEXT =
            """
              def narrowed(self, x: Tensor) -> List[Tensor]:
                return [x.to(15)]
              def fill(self, wide: Tensor, x: Tensor) -> List[Tensor]:
                return [wide.copy_(x)]
              def gelu(self, x: Tensor) -> List[Tensor]:
                return [torch.gelu(x, approximate="none")]
              def gelu_tanh(self, x: Tensor) -> List[Tensor]:
                return [torch.gelu(x, approximate="tanh")]
              def gelu_sigmoid(self, x: Tensor) -> List[Tensor]:
                return [(x * torch.sigmoid(x.to(6) * 1.702)).to(15)]
              def relu(self, x: Tensor) -> List[Tensor]:
                return [torch.relu(x)]
              def silu(self, x: Tensor) -> List[Tensor]:
                return [torch.silu(x)]
              def tanh(self, x: Tensor) -> List[Tensor]:
                return [torch.tanh(x)]
              def rms_norm(self, x: Tensor, weight: Tensor, offset: float, epsilon: float) -> List[Tensor]:
                wide = x.to(6)
                scaled = wide * torch.rsqrt(wide.square().mean([-1], True) + epsilon)
                return [(scaled * (weight.to(6) + offset)).to(15)]
              def turned(self, x: Tensor, angles: List[Tensor]) -> Tensor:
                if len(angles) == 0:
                  return x
                cosine, sine = angles[0], angles[1]
                half = cosine.size(1)
                first, second = x[..., :half], x[..., half:2 * half]
                return torch.cat([(first * cosine - second * sine).to(15), (second * cosine + first * sine).to(15), x[..., 2 * half:]], -1)
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
                  parts.append(torch.matmul(torch.softmax(scores, -1).to(15), v[:, :, :end]))
                return torch.cat(parts, 2)
              def mix(self, heads: List[Tensor], angles: List[Tensor], mask: List[Tensor], scale: float, cap: float) -> List[Tensor]:
                q, k = self.turned(heads[0], angles), self.turned(heads[1], angles)
                k, v = self.repeated(k, q.size(1)), self.repeated(heads[2], q.size(1))
                if cap > 0.:
                  mixed = self.capped(q, k, v, mask[0], scale, cap)
                elif len(mask) > 0:
                  mixed = torch.scaled_dot_product_attention(q, k, v, mask[0] == 0., 0., False, scale=scale)
                else:
                  mixed = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=scale)
                return [mixed.transpose(1, 2).flatten(2)]
            """;

    private final TorchProgram program;

    private Bfloat16(TorchProgram program) {
        this.program = program;
    }

    /** Compiles the program, which is the owner's; it takes arrays of any device. */
    public static Bfloat16 compile(NDManager owner) {
        TorchProgram program = TorchProgram.compile(owner.getDevice(), TEXT);
        owner.attachInternal("bfloat16", program);
        return new Bfloat16(program);
    }

    /** Returns float32 values, rounded to nearest even, on their device and in the scope. */
    public NDArray narrowed(NDArray wide, NDManager scope) {
        return program.call("narrowed", scope).array(wide).run().getFirst(); // like wide
    }

    /** Returns bfloat16 values as float32, on a device and in the scope. */
    public NDArray widened(NDArray narrow, Device device, NDManager scope) {
        NDArray wide = scope.create(narrow.getShape(), DataType.FLOAT32, device); // like narrow
        wide.attach(scope);
        program.call("fill", scope).array(wide).array(narrow).run().forEach(NDArray::close);
        return wide;
    }

    /**
     * Returns a nonlinearity of each value, in their manager.
     *
     * @param function a name in small letters, {@code gelu}, {@code gelu_tanh}, {@code
     *     gelu_sigmoid}, {@code relu}, {@code silu} or {@code tanh}
     */
    public NDArray activated(String function, NDArray x) {
        return program.call(function, x.getManager()).array(x).run().getFirst(); // like x
    }

    /**
     * Returns x / sqrt(mean(x^2) + epsilon) * (offset + weight) over the last dimension of x (...,
     * D), in its manager.
     *
     * @param weight (D)
     */
    public NDArray rmsNorm(NDArray x, NDArray weight, int offset, float epsilon) {
        return program.call("rms_norm", x.getManager())
                .array(x)
                .array(weight)
                .number(offset)
                .number(epsilon)
                .run()
                .getFirst(); // (..., D)
    }

    /**
     * Returns the heads' outputs side by side (B, T, H * E), in the queries' manager. A position
     * sees itself and those before it where there is no mask.
     *
     * @param heads queries (B, H, T, E), keys and values (B, G, T, E)
     * @param angles cosines and sines (T, R/2) float32 that queries and keys are turned by, or none
     * @param mask (T, T) float32, 0 where a position may look, else minus infinity, or none
     * @param scale of the scores
     * @param cap what bounds the scores, with a mask; 0 where nothing does
     */
    public NDArray mix(List<NDArray> heads, NDList angles, NDList mask, double scale, double cap) {
        return program.call("mix", heads.getFirst().getManager())
                .arrays(heads)
                .arrays(angles)
                .arrays(mask)
                .number(scale)
                .number(cap)
                .run()
                .getFirst(); // (B, T, H * E)
    }
}
