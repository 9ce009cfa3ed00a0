package org.lexicographer.kernel.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TorchProgramTest {

    private static final String FUNCTIONS =
            """
              def twice(self, x: Tensor) -> Tensor:
                return x * 2.
              def both(self, x: Tensor, y: List[Tensor], scale: float, times: int, negated: bool) -> List[Tensor]:
                z = self.twice(x) * scale
                for i in range(times):
                  z = z + y[i]
                y[0].mul_(10.)
                if negated:
                  z = -z
                return [z, z.sum()]
              def rounded(self, x: Tensor) -> List[Tensor]:
                return [x.to(15).to(6)]
            """;

    private NDManager manager;
    private TorchProgram program;

    @BeforeEach
    void compile() {
        manager = NDManager.newBaseManager(Device.cpu());
        program = TorchProgram.compile(Device.cpu(), FUNCTIONS);
    }

    @AfterEach
    void release() {
        program.close();
        manager.close();
    }

    @Test
    void functionsTakeArgumentsOfEveryType() {
        List<NDArray> ys =
                List.of(manager.create(new float[] {1, 2}), manager.create(new float[] {3, 4}));

        List<NDArray> results =
                program.call("both", manager)
                        .array(manager.create(new float[] {5, 6}))
                        .arrays(ys)
                        .number(0.5)
                        .count(2)
                        .flag(true)
                        .run();

        assertThat(results.get(0).toFloatArray()).containsExactly(-9, -12);
        assertThat(results.get(1).getFloat()).isEqualTo(-21);
    }

    @Test
    void functionsChangeTheElementsOfListsInPlace() {
        NDArray changed = manager.create(new float[] {1, 2});

        program.call("both", manager)
                .array(manager.create(new float[] {5, 6}))
                .arrays(List.of(changed))
                .number(1)
                .count(1)
                .flag(false)
                .run();

        assertThat(changed.toFloatArray()).containsExactly(10, 20);
    }

    @Test
    void bfloat16IsReached() {
        // 1 + 2^-8 lies between bfloat16's 1 and 1 + 2^-7, and ties go to the even one.
        NDArray results =
                program.call("rounded", manager)
                        .array(manager.create(new float[] {1 + 1f / 256, 3}))
                        .run()
                        .getFirst();

        assertThat(results.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(results.toFloatArray()).containsExactly(1, 3);
    }

    @Test
    void resultsBelongToTheManagerAndNothingElseStays() {
        NDArray x = manager.create(new float[] {1});
        int before = manager.getManagedArrays().size();

        try (NDManager scope = manager.newSubManager()) {
            for (int i = 0; i < 100; i++) {
                program.call("rounded", scope).array(x).run();
            }
            assertThat(scope.getManagedArrays()).hasSize(100);
        }

        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void textThatIsNotTorchScriptIsRefused() {
        assertThatThrownBy(() -> TorchProgram.compile(Device.cpu(), "  def broken(self) -> int:\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not TorchScript: reason=");
    }

    @Test
    void anArgumentOfAnotherTypeFailsTheCallAlone() {
        TorchCall wrong = program.call("rounded", manager).number(1);

        assertThatThrownBy(wrong::run).isInstanceOf(EngineException.class);

        NDArray right = manager.create(new float[] {3});
        assertThat(program.call("rounded", manager).array(right).run().getFirst().getFloat(0))
                .isEqualTo(3);
    }
}
