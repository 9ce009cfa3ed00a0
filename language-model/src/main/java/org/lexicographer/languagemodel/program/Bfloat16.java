package org.lexicographer.languagemodel.program;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.lexicographer.kernel.program.TorchProgram;

/**
 * What blocks with bfloat16 weights do with bfloat16 values beside attention ({@link
 * FusedAttention}) and products, sums, layer norms and views, which DJL's arrays can. Threads may
 * share one.
 *
 * <p>DJL has no such type: whatever asks an array of it for its type ends the process in native
 * code. Such are reading its elements, printing it, moving it to a device and DJL's softmax. So
 * bfloat16 stays between the sites of a model: all that others see is {@link #widened}.
 *
 * <p>Norms are computed in float32 and rounded once; what is kept between two operations is
 * bfloat16. What a program returns must not be changed in place.
 */
public final class Bfloat16 {

    /** 6 and 15 are what TorchScript calls float32 and bfloat16. */
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
}
