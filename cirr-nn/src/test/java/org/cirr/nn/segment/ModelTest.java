package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.nifti.NiftiVolume;
import org.cirr.testing.Shared;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Orientation;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model folder says beside its network, on copies of a golden model. */
class ModelTest {
  private static final SegmentOptions ONCE = SegmentOptions.defaults().withMirroring(false);

  @TempDir Path folder;

  /** A copy of the golden model with texts of its plans replaced, each by the one behind it. */
  private Path edited(String model, String... replacements) throws IOException {
    Path golden = Shared.require("goldens/nnunet/models/" + model);
    String plans = Files.readString(golden.resolve("plans.json"));
    for (int i = 0; i < replacements.length; i += 2) {
      assertTrue(plans.contains(replacements[i]), "the plans have no " + replacements[i]);
      plans = plans.replace(replacements[i], replacements[i + 1]);
    }
    Files.writeString(folder.resolve("plans.json"), plans);
    Files.copy(golden.resolve("dataset.json"), folder.resolve("dataset.json"));
    Files.createDirectory(folder.resolve("fold_0"));
    Files.copy(
        golden.resolve("fold_0/checkpoint_final.pth"),
        folder.resolve("fold_0/checkpoint_final.pth"));
    return folder;
  }

  private void assertRefused(String message, Path model) {
    MalformedFileException refused =
        assertThrows(MalformedFileException.class, () -> Segmenter.open(model));
    assertEquals(folder.resolve("plans.json") + ": " + message, refused.getMessage());
  }

  @Test
  void anUnknownReaderIsRefused() throws IOException {
    assertRefused(
        "image_reader_writer is Tiff3DIO, expected one of SimpleITKIO, SimpleITKIOWithReorient,"
            + " NibabelIO, NibabelIOWithReorient; use nnU-Net for this model",
        edited("plain_chaos", "\"NibabelIO\"", "\"Tiff3DIO\""));
  }

  @Test
  void aResamplingThatCirrLacksIsBadInput() throws IOException {
    assertRefused(
        "configuration 3d_fullres prepares images in a way that cirr does not know; the plans"
            + " resample with torch mode \"nearest\" and aniso_axis_mode \"nearest-exact\", cirr"
            + " knows \"linear\" and \"nearest-exact\": use nnU-Net for this model",
        edited(
            "plain_chaos",
            "\"resampling_fn_data\": \"resample_data_or_seg_to_shape\",",
            "\"resampling_fn_data\": \"resample_torch_fornnunet\",",
            "\"order\": 3,",
            "\"order\": 3, \"mode\": \"nearest\","));
  }

  @Test
  void plansOfAnotherNumberOfChannelsAreRefused() throws IOException {
    assertRefused(
        "configuration 3d_fullres normalises 2 channel(s), but dataset.json names 1, [T2]; use"
            + " the plans.json and dataset.json of one training",
        edited(
            "plain_chaos",
            "\"ZScoreNormalization\"",
            "\"ZScoreNormalization\", \"NoNormalization\"",
            "\"use_mask_for_norm\"",
            "\"not_used\""));
  }

  @Test
  void aReaderThatReorientsSeesTheImageAsRas() throws IOException {
    Path reorienting = edited("plain_chaos", "\"NibabelIO\"", "\"NibabelIOWithReorient\"");
    Volume scan =
        NiftiVolume.read(Shared.require("goldens/nnunet/inputs/tiny_0000.nii.gz"))
            .reoriented(Orientation.of("PIL"));
    Path golden = Shared.require("goldens/nnunet/models/plain_chaos");
    LabelMap expected =
        Segmenter.open(golden, ONCE)
            .segment(scan.reoriented(Orientation.RAS))
            .reoriented(Orientation.of("PIL"));
    LabelMap mask = Segmenter.open(reorienting, ONCE).segment(scan);
    assertEquals(scan.shape(), mask.shape());
    assertTrue(mask.counts().length > 1, "the mask is empty");
    for (int index = 0; index < mask.length(); index++) {
      assertEquals(expected.get(index), mask.get(index), "voxel " + index);
    }
  }

  @Test
  void channelsWhoseSpacingIsRoundedDifferentlyAreOneCase() throws IOException {
    Path golden = Shared.require("goldens/nnunet/models/random_2ch");
    Volume image = NiftiVolume.read(Shared.require("goldens/nnunet/inputs/twoch_0000.nii.gz"));
    Segmenter segmenter = Segmenter.open(golden, ONCE);
    assertTrue(segmenter.plan(image, withSpacingTimes(image, 1 + 1e-6)).tiles() > 0);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> segmenter.plan(image, withSpacingTimes(image, 1.01)));
    assertTrue(
        refused.getMessage().startsWith("channels must lie on one grid, but channel 0 has shape "),
        refused.getMessage());
  }

  /** Of one shape as they are stored, of two once they are turned. */
  @Test
  void channelsAreComparedAsTheModelTakesThem() throws IOException {
    Path reorienting = edited("random_2ch", "\"NibabelIO\"", "\"NibabelIOWithReorient\"");
    Segmenter segmenter = Segmenter.open(reorienting, ONCE);
    Volume image = NiftiVolume.read(Shared.require("goldens/nnunet/inputs/twoch_0000.nii.gz"));
    Volume axial = image.reoriented(Orientation.RAS);
    Affine turned =
        Affine.ofRows(
            new double[] {1, 0, 0, 0}, new double[] {0, 0, -1, 0}, new double[] {0, 1, 0, 0});
    Geometry coronal = Geometry.of(axial.shape(), turned);
    Spacing ones = new Spacing(1, 1, 1);
    Volume first = Volume.of(axial.tensor(), Geometry.of(axial.shape(), Affine.ofSpacing(ones)));
    Volume second = Volume.of(axial.tensor(), coronal);
    assertEquals(
        "channels must lie on one grid, but channel 0 has shape ",
        assertThrows(
                IllegalArgumentException.class,
                () -> segmenter.run(SegmentRequest.of(List.of(first, second))))
            .getMessage()
            .substring(0, 55));
    // The same grid stored in two ways is one grid, without a warning.
    Volume other = axial.reoriented(Orientation.of("PIL"));
    assertEquals(List.of(), segmenter.run(SegmentRequest.of(List.of(axial, other))).warnings());
  }

  private static Volume withSpacingTimes(Volume image, double factor) {
    Geometry geometry = image.geometry();
    Spacing spacing = geometry.spacing();
    Spacing scaled = new Spacing(spacing.z() * factor, spacing.y() * factor, spacing.x() * factor);
    return Volume.of(image.tensor(), new Geometry(geometry.shape(), geometry.affine(), scaled));
  }

  @Test
  void aSingleSliceIsWorthAWarningToA3dNetworkOnly() throws IOException {
    Volume slice = NiftiVolume.read(Shared.require("goldens/nnunet/inputs/oneslice_0000.nii.gz"));
    List<String> warnings =
        List.of("the image is a single slice; a 3D network sees zeros around it");
    assertEquals(warnings, warnings("plain_chaos", slice));
    assertEquals(List.of(), warnings("plain_2d", slice));
  }

  private static List<String> warnings(String model, Volume scan) throws IOException {
    Path golden = Shared.require("goldens/nnunet/models/" + model);
    return Segmenter.open(golden, ONCE.withStepSize(1))
        .run(SegmentRequest.of(List.of(scan)))
        .warnings();
  }
}
