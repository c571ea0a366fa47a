package org.cirr.cuda;

import java.util.List;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.cpu.MatrixProduct;
import org.cirr.op.Linear;
import org.cirr.op.MatMul;

/** Launches of {@code product.cu} and {@code tensor_product.cu}. */
final class ProductKernels {
  private static final int TENSOR_ROWS = 256; // of a block: ROWS in tensor.cuh
  private static final int MOST_LAYERS = 65535; // of a grid; a block takes several batches beyond

  private ProductKernels() {}

  static List<Launch> linear(Linear op, StepPlaces places) {
    return launch(MatrixProduct.of(op, places.step()), places);
  }

  static List<Launch> product(MatMul op, StepPlaces places) {
    return launch(MatrixProduct.of(op, places.step()), places);
  }

  private static List<Launch> launch(MatrixProduct p, StepPlaces places) {
    int[] product = {
      p.rows(),
      p.depth(),
      p.columns(),
      p.batches(),
      p.leftTransposed() ? 1 : p.depth(),
      p.leftTransposed() ? p.rows() : 1,
      p.rightTransposed() ? 1 : p.columns(),
      p.rightTransposed() ? p.depth() : 1
    };
    int layers = Math.min(MOST_LAYERS, p.batches());
    Launch launch =
        places.arithmetic() == Arithmetic.FLOAT32
            ? Launch.of("product", "product")
                .grid(ConvKernels.tiles(p.rows()), ConvKernels.tiles(p.columns()), layers)
            : Launch.of("tensor_product", "tensor_product_" + places.arithmetic())
                .grid(
                    (p.rows() + TENSOR_ROWS - 1L) / TENSOR_ROWS,
                    ConvKernels.tiles(p.columns()),
                    layers)
                .block(TensorKernels.THREADS, 1);
    return List.of(
        launch
            .at(places.output(), places.input(0), places.input(1), places.input(2))
            .at(places.table(CudaKernels.joined(p.left(), p.right())))
            .struct(product));
  }
}
