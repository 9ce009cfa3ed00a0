/**
 * Kernels of our own for GPUs of NVIDIA: their text is compiled where they run, by the compiler
 * that comes with PyTorch, and launched on the memory of arrays, in order with PyTorch's
 * operations.
 */
package org.lexicographer.trainer.recipe.cuda;
