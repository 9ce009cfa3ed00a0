package org.lexicographer.kernel.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** One call of a program's function: its arguments in order, then {@link #run}. */
public final class TorchCall {

    private final PtSymbolBlock block;
    private final String function;
    private final PtNDManager results;

    /** Made when the call is, so that a call that is not made leaves nothing behind. */
    private final List<Supplier<IValue>> arguments = new ArrayList<>();

    TorchCall(PtSymbolBlock block, String function, NDManager results) {
        this.block = block;
        this.function = function;
        this.results = (PtNDManager) results;
    }

    /** Adds a {@code Tensor}; the function may change it. */
    public TorchCall array(NDArray array) {
        arguments.add(() -> IValue.from((PtNDArray) array));
        return this;
    }

    /** Adds a {@code List[Tensor]}; the function may change its elements. */
    public TorchCall arrays(List<NDArray> arrays) {
        arguments.add(() -> IValue.listFrom(arrays.toArray(PtNDArray[]::new)));
        return this;
    }

    /** Adds a {@code float}, which has double precision. */
    public TorchCall number(double number) {
        arguments.add(() -> IValue.from(number));
        return this;
    }

    /** Adds a {@code List[float]}. */
    public TorchCall numbers(List<Double> numbers) {
        arguments.add(
                () -> IValue.listFrom(numbers.stream().mapToDouble(Double::doubleValue).toArray()));
        return this;
    }

    /** Adds an {@code int}. */
    public TorchCall count(long count) {
        arguments.add(() -> IValue.from(count));
        return this;
    }

    /** Adds a {@code List[int]}. */
    public TorchCall counts(long... counts) {
        arguments.add(() -> IValue.listFrom(counts));
        return this;
    }

    /** Adds a {@code bool}. */
    public TorchCall flag(boolean flag) {
        arguments.add(() -> IValue.from(flag));
        return this;
    }

    /**
     * Calls the function, which returns a {@code List[Tensor]}.
     *
     * @throws ai.djl.engine.EngineException when the arguments are not the function's, or an
     *     operation fails
     */
    public List<NDArray> run() {
        List<IValue> values = new ArrayList<>();
        try {
            arguments.forEach(argument -> values.add(argument.get()));
            // Of this thread. Fusion begins after some calls and changes the last bits, so that a
            // run that is taken up again would end in others.
            JniUtils.setGraphExecutorOptimize(false);
            try (IValue result =
                    IValueUtils.runMethod(block, function, values.toArray(IValue[]::new))) {
                return List.of(result.toTensorArray(results));
            }
        } finally {
            values.forEach(IValue::close);
        }
    }
}
