package org.lexicographer.benchmark.work;

/**
 * What every training step begins with: a batch (B, D) times an encoder (D, F), nothing else.
 *
 * @param method how it is multiplied
 * @param size its sizes; active latents do not matter
 * @param place where
 */
public record ProductWork(Method method, StepSize size, Place place) implements Work {

    /** How the product is computed. */
    public enum Method {
        /** By the matrix product of PyTorch's library. */
        LIBTORCH("libtorch"),
        /** As sparse steps do: over packed panels, without keeping the products. */
        PACKED("lexicographer"),
        /**
         * Not at all: as many multiplications and additions on numbers that never leave the
         * processor's registers, which is the most that its cores can do.
         */
        PEAK("arithmetic peak");

        private final String title;

        Method(String title) {
            this.title = title;
        }

        /** Returns how the method is called in tables. */
        public String title() {
            return title;
        }
    }

    /** Returns the multiplications and additions, 2 B D F, in units of 10^9. */
    public double gigaflops() {
        return 2e-9 * size.batchSize() * size.activationDim() * size.dictionarySize();
    }
}
