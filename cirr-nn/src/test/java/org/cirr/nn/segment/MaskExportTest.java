package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import org.cirr.io.nnunet.LabelScheme;
import org.cirr.nn.preprocess.Box;
import org.cirr.nn.preprocess.ResampleGrid;
import org.cirr.nn.preprocess.ResampleMethod;
import org.cirr.nn.preprocess.SeparateZ;
import org.cirr.nn.preprocess.SliceResampler;
import org.cirr.nn.preprocess.Transpose;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskExportTest {
  private static final LabelScheme LIVER =
      new LabelScheme(
          false,
          List.of("background", "liver"),
          List.of(0, 1),
          List.of(List.of(0), List.of(1)),
          OptionalInt.empty(),
          1);

  /** The class of slice z is z mod 2, so that the source of every output slice is seen. */
  @ParameterizedTest
  @CsvSource({"33, 3, 0", "33, 5, 1", "5, 33, 1", "7, 7, 0", "1, 1, 0", "17, 1, 0"})
  void noMoreSlicesAreHeldThanOneOutputSliceNeeds(int from, int to, int order) {
    Geometry geometry = Geometry.of(Shape.of(to, 2, 3), Affine.ofSpacing(new Spacing(1, 1, 1)));
    ResampleGrid grid = new ResampleGrid(new int[] {from, 2, 3}, new int[] {to, 2, 3}, -1);
    SliceResampler resampler =
        new SliceResampler(
            grid, new ResampleMethod.Spline(order, order, SeparateZ.NEVER), 2, false);
    MaskExport export =
        new MaskExport(
            resampler,
            new Decoder.Argmax(false),
            new Placement(grid.out(), Transpose.of(0, 1, 2), Box.whole(grid.out())),
            geometry,
            LIVER,
            null,
            false,
            Workers.single());
    for (int z = 0; z < from; z++) {
      float liver = z % 2 == 0 ? -1 : 1;
      float[][] logits = {new float[6], {liver, liver, liver, liver, liver, liver}};
      export.accept(List.of(LogitsSlice.ofFloats(3, logits)));
      assertTrue(export.slicesHeld() <= 2, export.slicesHeld() + " after slice " + z);
    }
    assertEquals(0, export.slicesHeld());
    LabelMap labels = export.labels();
    for (int k = 0; k < to && order == 0; k++) {
      assertEquals(resampler.first(k) % 2, labels.get(k, 1, 2), "slice " + k);
    }
  }
}
