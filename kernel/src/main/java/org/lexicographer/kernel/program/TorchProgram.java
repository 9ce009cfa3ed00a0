package org.lexicographer.kernel.program;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Functions in TorchScript, compiled for a device. A call is one step over the native border, where
 * the same operations one by one would be dozens, and reaches what DJL's arrays do not: products in
 * bfloat16 and fused optimisers.
 *
 * <p>The functions are methods of one class: each is indented by two spaces, its first parameter is
 * {@code self}, and the others and the result have types ({@code Tensor}, {@code List[Tensor]},
 * {@code float}, {@code int}, {@code bool}). They may call each other.
 */
public final class TorchProgram implements AutoCloseable {

    private static final String ENGINE = "PyTorch";

    private final Model model;
    private final PtSymbolBlock block;

    private TorchProgram(Model model) {
        this.model = model;
        this.block = (PtSymbolBlock) model.getBlock();
    }

    /**
     * Compiles functions.
     *
     * @throws IllegalArgumentException when the text is not TorchScript
     */
    public static TorchProgram compile(Device device, String functions) {
        Model model = Model.newInstance("program", device, ENGINE);
        try {
            model.load(new ByteArrayInputStream(TorchArchive.of(functions)));
            return new TorchProgram(model);
        } catch (IOException e) {
            model.close();
            throw new UncheckedIOException("no archive in memory: name=program", e);
        } catch (MalformedModelException | RuntimeException e) {
            model.close();
            throw new IllegalArgumentException("not TorchScript: reason=" + e.getMessage(), e);
        }
    }

    /** Begins a call of a function; what it returns will belong to the manager. */
    public TorchCall call(String function, NDManager results) {
        return new TorchCall(block, function, results);
    }

    /** Releases the program. */
    @Override
    public void close() {
        model.close();
    }
}
